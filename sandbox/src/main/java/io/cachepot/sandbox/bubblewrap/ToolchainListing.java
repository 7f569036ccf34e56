package io.cachepot.sandbox.bubblewrap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The directories of one unpacked toolchain, each listed once and then remembered: an unpacked
 * toolchain never changes. What is neither directory, file nor link is as if it were not there.
 */
final class ToolchainListing implements ToolchainLister {
    private final Path root;
    private final ConcurrentMap<String, SortedMap<String, ToolchainEntry>> listed =
            new ConcurrentHashMap<>();

    ToolchainListing(Path root) {
        this.root = root;
    }

    @Override
    public SortedMap<String, ToolchainEntry> list(String directory) throws IOException {
        var known = listed.get(directory);
        if (known != null) {
            return known;
        }
        var entries = Collections.unmodifiableSortedMap(read(root.resolve(directory)));
        listed.put(directory, entries);
        return entries;
    }

    private static SortedMap<String, ToolchainEntry> read(Path directory) throws IOException {
        var entries = new TreeMap<String, ToolchainEntry>();
        try (var paths = Files.newDirectoryStream(directory)) {
            for (Path path : paths) {
                PosixFileAttributes attributes =
                        Files.readAttributes(
                                path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                String name = path.getFileName().toString();
                if (attributes.isDirectory()) {
                    entries.put(name, new ToolchainEntry.Directory());
                } else if (attributes.isSymbolicLink()) {
                    entries.put(
                            name, new ToolchainEntry.Link(Files.readSymbolicLink(path).toString()));
                } else if (attributes.isRegularFile()) {
                    entries.put(
                            name,
                            new ToolchainEntry.File(
                                    attributes
                                            .permissions()
                                            .contains(PosixFilePermission.OWNER_EXECUTE)));
                }
            }
        }
        return entries;
    }
}
