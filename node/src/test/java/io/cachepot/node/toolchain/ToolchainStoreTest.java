package io.cachepot.node.toolchain;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.SubmitToolchainResult;
import io.cachepot.protocol.SubmitToolchainResult.Ready;
import io.cachepot.protocol.SubmitToolchainResult.Refused;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.sandbox.archive.ArchiveLimits;
import io.cachepot.sandbox.archive.ArchiveWriter;
import io.cachepot.sandbox.archive.UnpackedArchive;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ToolchainStoreTest {
    private static final long BYTES_MAX = 60;

    @TempDir private Path directory;
    private final AtomicInteger seconds = new AtomicInteger();
    private final AtomicInteger unpacked = new AtomicInteger();
    private ToolchainStore store;

    @BeforeEach
    void start() throws IOException {
        store = started(this::unpack);
    }

    private ToolchainStore started(Unpacker unpacker) throws IOException {
        var started =
                new ToolchainStore(
                        directory,
                        BYTES_MAX,
                        unpacker,
                        () -> Instant.ofEpochSecond(seconds.incrementAndGet()));
        started.start();
        return started;
    }

    /** Takes an archive for the one file in it. */
    private UnpackedArchive unpack(InputStream archive, Path root) throws IOException {
        unpacked.incrementAndGet();
        byte[] bytes = archive.readAllBytes();
        Files.createDirectories(root.resolve("usr/bin"));
        Files.write(root.resolve("usr/bin/cc"), bytes);
        return new UnpackedArchive(Digest.of(bytes), 1, bytes.length);
    }

    private static ToolchainId id(String archive) {
        return new ToolchainId(Digest.of(archive.getBytes(StandardCharsets.UTF_8)));
    }

    private static InputStream stream(String archive) {
        return new ByteArrayInputStream(archive.getBytes(StandardCharsets.UTF_8));
    }

    private SubmitToolchainResult submit(String archive) throws InterruptedException {
        return store.submit(id(archive), stream(archive));
    }

    private List<Path> leftovers() throws IOException {
        try (var files = Files.list(directory.resolve("toolchains/tmp"))) {
            return files.toList();
        }
    }

    @Test
    void unpacksToolchainAndLendsIt() throws Exception {
        // When
        var result = submit("gcc");

        // Then
        assertThat(result).isEqualTo(new Ready());
        assertThat(store.ready()).containsExactly(id("gcc"));
        try (Lease lease = store.lease(id("gcc")).orElseThrow()) {
            assertThat(lease.root().resolve("usr/bin/cc")).hasContent("gcc");
        }
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void lendsNothingThatWasNotSubmitted() {
        assertThat(store.lease(id("gcc"))).isEmpty();
    }

    @Test
    void refusesArchiveThatIsNotWhatItsIdSays() throws Exception {
        // When
        var result = store.submit(id("gcc"), stream("evil"));

        // Then
        assertThat(result)
                .isEqualTo(
                        new Refused(
                                "archive has SHA-256 " + id("evil") + ", expected " + id("gcc")));
        assertThat(store.ready()).isEmpty();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void refusesBrokenArchiveInTheWordsOfTheUnpackerAndReadsItToItsEnd() throws Exception {
        // Given
        store =
                new ToolchainStore(
                        directory, BYTES_MAX, ArchiveLimits.DEFAULT, () -> Instant.EPOCH);
        InputStream archive = stream("no archive");

        // When
        var result = store.submit(id("no archive"), archive);

        // Then
        assertThat(result)
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.reason()).startsWith("archive "));
        assertThat(archive.read()).isEqualTo(-1);
        assertThat(store.ready()).isEmpty();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void tellsTroubleWithTheDisk() throws Exception {
        // Given
        store =
                started((_, _) -> {
                    throw new IOException("No space left on device");
                });

        // When
        var result = submit("gcc");

        // Then
        assertThat(result)
                .isEqualTo(
                        new Refused(
                                "toolchain not stored: java.io.IOException: No space left on"
                                        + " device"));
    }

    @Test
    void refusesArchiveWithMoreInItThanTheStoreTakes() throws Exception {
        // Given
        store =
                new ToolchainStore(
                        directory, BYTES_MAX, ArchiveLimits.DEFAULT, () -> Instant.EPOCH);
        store.start();
        var out = new ByteArrayOutputStream();
        try (var writer = ArchiveWriter.zstd(out)) {
            Path large = Files.writeString(directory.resolve("large"), "a".repeat(61));
            writer.file("cc", large, /* isExecutable= */ true);
        }
        byte[] archive = out.toByteArray();

        // When
        var result =
                store.submit(
                        new ToolchainId(Digest.of(archive)), new ByteArrayInputStream(archive));

        // Then
        assertThat(result)
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused ->
                                assertThat(refused.reason())
                                        .contains("'cc' makes it more than 60 bytes"));
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void refusesToolchainThatUnpacksToMoreThanTheStoreAndDropsNoOther() throws Exception {
        // Given
        submit("gcc");
        store =
                started((archive, root) -> {
                    unpack(archive, root);
                    return new UnpackedArchive(id("bomb").digest(), 1, 57);
                });

        // When
        var result = submit("bomb");

        // Then
        assertThat(result).isEqualTo(new Refused("toolchain has 61 bytes, expected at most 60"));
        assertThat(store.ready()).containsExactly(id("gcc"));
    }

    @Test
    void makesRoomByDroppingTheLeastRecentlyUsed() throws Exception {
        // Given
        submit("aaaaaaaaaa");
        submit("bbbbbbbbbb");
        submit("cccccccccc");
        store.lease(id("aaaaaaaaaa")).orElseThrow().close();

        // When
        submit("dddddddddd");

        // Then
        assertThat(store.ready())
                .containsExactly(id("cccccccccc"), id("aaaaaaaaaa"), id("dddddddddd"));
        assertThat(directory.resolve("toolchains").resolve(id("bbbbbbbbbb").hex())).doesNotExist();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void refusesToolchainRatherThanDropOneInUse() throws Exception {
        // Given
        submit("aaaaaaaaaaaaaaaaaaaa");
        try (Lease lease = store.lease(id("aaaaaaaaaaaaaaaaaaaa")).orElseThrow()) {
            // When
            var result = submit("bbbbbbbbbbbbbbbbbbbb");

            // Then
            assertThat(result)
                    .isEqualTo(
                            new Refused("no room for 40 bytes: toolchains in use take 40 of 60"));
            assertThat(lease.root().resolve("usr/bin/cc")).exists();
        }
        assertThat(submit("bbbbbbbbbbbbbbbbbbbb")).isEqualTo(new Ready());
    }

    @Test
    void givesToolchainThatComesBackAnotherRoot() throws Exception {
        // Given
        submit("aaaaaaaaaaaaaaaaaaaa");
        Path before = root("aaaaaaaaaaaaaaaaaaaa");
        submit("bbbbbbbbbbbbbbbbbbbb");

        // When
        submit("aaaaaaaaaaaaaaaaaaaa");

        // Then
        assertThat(root("aaaaaaaaaaaaaaaaaaaa")).isNotEqualTo(before).exists();
    }

    private Path root(String archive) {
        try (Lease lease = store.lease(id(archive)).orElseThrow()) {
            return lease.root();
        }
    }

    @Test
    void knowsAfterARestartWhatItHadAndWhichWasUsedLongestAgo() throws Exception {
        // Given
        submit("aaaaaaaaaa");
        submit("bbbbbbbbbb");
        Path root = root("bbbbbbbbbb");
        root("aaaaaaaaaa");

        // When
        store = started(this::unpack);

        // Then
        assertThat(store.ready()).containsExactly(id("bbbbbbbbbb"), id("aaaaaaaaaa"));
        assertThat(store.details().bytes()).as("with archives").isEqualTo(40);
        assertThat(root("bbbbbbbbbb")).isEqualTo(root);
    }

    @Test
    void keepsTheArchiveForOtherWorkers() throws Exception {
        // Given
        submit("gcc");

        // When
        try (Lease lease = store.lease(id("gcc")).orElseThrow()) {
            // Then
            assertThat(lease.archive()).hasContent("gcc");
        }
    }

    @Test
    void removesAtStartWhatWasNotComplete() throws Exception {
        // Given
        Path half = directory.resolve("toolchains/tmp/half/root-half");
        Files.createDirectories(half);
        Files.createDirectories(directory.resolve("toolchains").resolve(id("empty").hex()));

        // When
        store = started(this::unpack);

        // Then
        assertThat(store.ready()).isEmpty();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void unpacksOnceWhatManySendAtOnce() throws Exception {
        // Given
        var isUnpacking = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        store =
                started((archive, root) -> {
                    isUnpacking.countDown();
                    await(mayEnd);
                    return unpack(archive, root);
                });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> submit("gcc"));
            isUnpacking.await();
            InputStream body = stream("gcc");

            // When
            var second = threads.submit(() -> store.submit(id("gcc"), body));
            mayEnd.countDown();

            // Then
            assertThat(first.get()).isEqualTo(new Ready());
            assertThat(second.get()).isEqualTo(new Ready());
            assertThat(unpacked).hasValue(1);
            assertThat(body.read()).isEqualTo(-1);
        }
    }

    @Test
    void letsTheSecondSenderTryWhereTheFirstFailed() throws Exception {
        // Given
        var isUnpacking = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        store =
                started((archive, root) -> {
                    isUnpacking.countDown();
                    await(mayEnd);
                    return unpack(archive, root);
                });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> store.submit(id("gcc"), stream("evil")));
            isUnpacking.await();

            // When
            var second = threads.submit(() -> submit("gcc"));
            mayEnd.countDown();

            // Then
            assertThat(first.get()).isInstanceOf(Refused.class);
            assertThat(second.get()).isEqualTo(new Ready());
        }
    }

    @Test
    void unpacksOneToolchainWhileAnotherIsStillUnpacked() throws Exception {
        // Given
        var isUnpacking = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        store =
                started((archive, root) -> {
                    if (isUnpacking.getCount() > 0) {
                        isUnpacking.countDown();
                        await(mayEnd);
                    }
                    return unpack(archive, root);
                });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var slow = threads.submit(() -> submit("slow"));
            isUnpacking.await();

            // When
            var result = submit("fast");

            // Then
            assertThat(result).isEqualTo(new Ready());
            mayEnd.countDown();
            assertThat(slow.get()).isEqualTo(new Ready());
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
