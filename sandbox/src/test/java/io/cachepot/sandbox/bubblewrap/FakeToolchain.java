package io.cachepot.sandbox.bubblewrap;

import java.util.SortedMap;
import java.util.TreeMap;

/** A toolchain that is only listed. */
final class FakeToolchain implements ToolchainLister {
    private final SortedMap<String, SortedMap<String, ToolchainEntry>> directories =
            new TreeMap<>();

    FakeToolchain() {
        directories.put("", new TreeMap<>());
    }

    FakeToolchain file(String path) {
        return put(path, new ToolchainEntry.File(true));
    }

    FakeToolchain link(String path, String target) {
        return put(path, new ToolchainEntry.Link(target));
    }

    FakeToolchain directory(String path) {
        directories.putIfAbsent(path, new TreeMap<>());
        return put(path, new ToolchainEntry.Directory());
    }

    private FakeToolchain put(String path, ToolchainEntry entry) {
        int slash = path.lastIndexOf('/');
        String parent = slash < 0 ? "" : path.substring(0, slash);
        if (!directories.containsKey(parent)) {
            directory(parent);
        }
        directories
                .computeIfAbsent(parent, _ -> new TreeMap<>())
                .put(path.substring(slash + 1), entry);
        return this;
    }

    @Override
    public SortedMap<String, ToolchainEntry> list(String directory) {
        var entries = directories.get(directory);
        if (entries == null) {
            throw new IllegalStateException(directory + " is no directory of the toolchain");
        }
        return entries;
    }
}
