package io.cachepot.client.packaging;

import static java.lang.System.Logger.Level.INFO;

import io.cachepot.client.include.FileStamp;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.ToolchainId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The archives of this machine's compilers, each made once and kept.
 *
 * <pre>
 * DIR/client/tc/ID        an archive, named by its SHA-256
 * DIR/client/map/IDENTITY text: the id of the archive made of the compiler with that identity
 * </pre>
 */
public final class ToolchainArchives {
    private static final System.Logger LOG = System.getLogger(ToolchainArchives.class.getName());

    private final Path archives;
    private final Path map;

    /** One compiler, one lock: many compiles wait for the first one's packing. */
    private final ConcurrentHashMap<Digest, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** Packing takes a second, also when the disk is full at its end. */
    private final RecentFailures<Digest> failures =
            new RecentFailures<>(Duration.ofMinutes(1), System::nanoTime);

    private final Map<Digest, ToolchainArchive> ready = new ConcurrentHashMap<>();
    private final Map<Path, Custom> custom = new ConcurrentHashMap<>();

    private record Custom(FileStamp stamp, ToolchainId id) {}

    /** Under {@code dist.cache_dir}. */
    public ToolchainArchives(Path directory) {
        archives = directory.resolve("client/tc");
        map = directory.resolve("client/map");
    }

    /**
     * The archive of {@code compiler}; packed first if need be, while others wait.
     *
     * @throws IOException when something it needs is missing, or the disk is full
     */
    public ToolchainArchive of(ToolchainContent compiler) throws IOException {
        ToolchainArchive known = ready.get(compiler.identity());
        if (known != null && Files.exists(known.file())) {
            return known;
        }
        var lock = locks.computeIfAbsent(compiler.identity(), _ -> new ReentrantLock());
        lock.lock();
        try {
            ToolchainArchive packed = ready.get(compiler.identity());
            if (packed == null || !Files.exists(packed.file())) {
                packed = tryToPack(compiler);
                ready.put(compiler.identity(), packed);
            }
            return packed;
        } finally {
            lock.unlock();
        }
    }

    /** The user's own archive, named by its content as it is now. */
    public ToolchainArchive ofFile(Path archive) throws IOException {
        FileStamp stamp =
                FileStamp.of(archive)
                        .orElseThrow(() -> new IOException(archive + " does not exist"));
        Custom known = custom.get(archive);
        if (known == null || !known.stamp().equals(stamp)) {
            var sha256 = Digest.sha256();
            try (var in = new DigestInputStream(Files.newInputStream(archive), sha256)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            known = new Custom(stamp, new ToolchainId(Digest.of(sha256)));
            custom.put(archive, known);
        }
        return new ToolchainArchive(known.id(), archive);
    }

    private ToolchainArchive tryToPack(ToolchainContent compiler) throws IOException {
        Optional<String> known = failures.recall(compiler.identity());
        if (known.isPresent()) {
            throw new IOException(known.get());
        }
        try {
            return findOrPack(compiler);
        } catch (IOException e) {
            failures.remember(compiler.identity(), String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private ToolchainArchive findOrPack(ToolchainContent compiler) throws IOException {
        Path link = map.resolve(compiler.identity().hex());
        if (Files.exists(link)) {
            var id = ToolchainId.fromHex(Files.readString(link).strip());
            Path archive = archives.resolve(id.hex());
            if (Files.exists(archive)) {
                return new ToolchainArchive(id, archive);
            }
        }
        return pack(compiler, link);
    }

    private ToolchainArchive pack(ToolchainContent compiler, Path link) throws IOException {
        Files.createDirectories(archives);
        Files.createDirectories(map);
        Path temporary = Files.createTempFile(archives, "packing-", ".tmp");
        try {
            var sha256 = Digest.sha256();
            var files = ToolchainPackager.files(compiler);
            try (var out = new DigestOutputStream(Files.newOutputStream(temporary), sha256)) {
                ToolchainPackager.write(files, ToolchainPackager.Compression.ZSTD, out);
            }
            if (!compiler.isUnchanged()) {
                throw new IOException(compiler.executable() + " changed while it was packed");
            }
            var id = new ToolchainId(Digest.of(sha256));
            Path archive = archives.resolve(id.hex());
            Files.move(temporary, archive, StandardCopyOption.ATOMIC_MOVE);
            writeWhole(link, id.hex());
            LOG.log(
                    INFO,
                    "toolchain packed: compiler={0} toolchain={1} files={2} bytes={3}",
                    compiler.executable(),
                    id,
                    files.entries().size(),
                    Files.size(archive));
            return new ToolchainArchive(id, archive);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private void writeWhole(Path file, String text) throws IOException {
        Path temporary = Files.createTempFile(map, "writing-", ".tmp");
        Files.writeString(temporary, text);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
