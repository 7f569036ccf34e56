package io.cachepot.node.toolchain;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.cachepot.protocol.ToolchainId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Where toolchains lie and how they get there.
 *
 * <pre>
 * DIR/abcd.../root-1b2c-1/   one toolchain, complete; modification time of abcd... = last use
 * DIR/abcd.../archive        what it was unpacked from, for other workers
 * DIR/tmp/                   being unpacked or removed; emptied at start
 * </pre>
 */
final class ToolchainFiles {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    private static final String ROOT = "root-";
    private static final String ARCHIVE = "archive";

    private final Path directory;
    private final Path temporary;
    private final InstantSource clock;
    private final AtomicLong serial = new AtomicLong();

    ToolchainFiles(Path directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
        temporary = directory.resolve("tmp");
    }

    /** A toolchain that an earlier start left. */
    record Kept(ToolchainId id, Path root, long bytes, FileTime usedAt) {}

    /** Drops what is incomplete and lists the rest, least recently used first. */
    List<Kept> start() throws IOException {
        makeDirectory(directory);
        DirectoryTree.delete(temporary);
        makeDirectory(temporary);
        var kept = new ArrayList<Kept>();
        try (DirectoryStream<Path> homes = Files.newDirectoryStream(directory)) {
            for (Path home : homes) {
                String name = home.getFileName().toString();
                if (HEX.matcher(name).matches()) {
                    keep(ToolchainId.fromHex(name), home, kept);
                }
            }
        }
        kept.sort(Comparator.comparing(Kept::usedAt));
        return kept;
    }

    private static void keep(ToolchainId id, Path home, List<Kept> kept) throws IOException {
        FileTime usedAt = Files.getLastModifiedTime(home);
        try (DirectoryStream<Path> roots = Files.newDirectoryStream(home, ROOT + "*")) {
            for (Path root : roots) {
                kept.add(new Kept(id, root, DirectoryTree.bytes(home), usedAt));
                return;
            }
        }
        DirectoryTree.delete(home);
    }

    /** A fresh home in the temporary directory, its root still to be made. */
    Path newHome() throws IOException {
        String name = Long.toString(clock.millis(), 36) + "-" + serial.incrementAndGet();
        Path home = temporary.resolve(name);
        makeDirectory(home);
        return home;
    }

    /** The root in a home that {@link #newHome()} made. */
    Path rootOf(Path home) {
        return home.resolve(ROOT + home.getFileName());
    }

    /** The archive beside a root. */
    static Path archiveOf(Path root) {
        return root.resolveSibling(ARCHIVE);
    }

    /** Moves a whole home to where its toolchain is looked for; gives its root there. */
    Path moveIntoPlace(Path home, ToolchainId id) throws IOException {
        Path place = directory.resolve(id.hex());
        Files.move(home, place, ATOMIC_MOVE);
        return place.resolve(ROOT + home.getFileName());
    }

    /** Takes a toolchain from its place in one step; gives the home that is left to delete. */
    Path takeAway(ToolchainId id) throws IOException {
        Path home = temporary.resolve("evicted-" + serial.incrementAndGet());
        Files.move(directory.resolve(id.hex()), home, ATOMIC_MOVE);
        return home;
    }

    /** Notes a use of {@code root}, for the order after a restart. */
    void touch(Path root) throws IOException {
        Files.setLastModifiedTime(root.getParent(), FileTime.from(clock.instant()));
    }

    /** Open to all: jobs may run as another user. */
    private static void makeDirectory(Path path) throws IOException {
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
