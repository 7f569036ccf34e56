package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.bubblewrap.TreeNode.Directory;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The root of a job as it will look, in memory: the toolchain with the inputs laid over it. Links
 * are followed here, as the kernel would inside the job's root, and never on the host: a link to
 * {@code /etc} or {@code ../../..} leads to a place in this tree.
 */
final class VirtualTree {
    /** As the kernel (path_resolution(7)). */
    private static final int LINKS_MAX = 40;

    private final ToolchainLister toolchain;
    private final Directory root = new Directory(null, List.of(""), false);

    VirtualTree(ToolchainLister toolchain) {
        this.toolchain = toolchain;
        // Whatever the toolchain has there is hidden: these are the sandbox's own.
        root.children.put("proc", new Directory(root, List.of(), true));
        root.children.put("dev", new Directory(root, List.of(), true));
        root.children.put("tmp", new Directory(root, List.of(), false));
    }

    Directory root() {
        return root;
    }

    /** The directory at {@code path}, links followed; made where there is none. */
    Directory directory(String what, String path) throws IOException {
        return new Walk(what, path, root).to(InsidePath.components(what, path));
    }

    /** The directory in which {@code path} lies, links followed; made where there is none. */
    Directory parent(String what, String path) throws IOException {
        List<String> names = InsidePath.components(what, path);
        if (names.isEmpty()) {
            throw new SandboxException(what + " is '/', expected a path below it");
        }
        Directory parent = new Walk(what, path, root).to(names.subList(0, names.size() - 1));
        if (parent.isClosed()) {
            throw closed(what, path);
        }
        return parent;
    }

    /** Puts a file in place of any file or link that is there. */
    void putFile(String path, TreeNode.File file) throws IOException {
        Directory parent = parent("input", path);
        String name = InsidePath.name(path);
        if (child(parent, name) instanceof Directory) {
            throw new SandboxException(
                    "input is a file '" + path + "', expected none where a directory is");
        }
        put(parent, name, file);
    }

    /**
     * Puts a link in place of any file or link that is there. Where the toolchain has a directory
     * instead, what is in it shows through at the link's target: the client and the archive only
     * disagree on which of two names of one directory is the real one.
     */
    void putLink(String path, String target) throws IOException {
        Directory parent = parent("input", path);
        String name = InsidePath.name(path);
        if (target.isEmpty() || target.indexOf('\0') >= 0) {
            throw new SandboxException("input '" + path + "' is a link to nothing");
        }
        TreeNode old = child(parent, name);
        put(parent, name, new TreeNode.Link(target));
        if (old instanceof Directory directory) {
            if (directory.isClosed() || hasOwn(directory)) {
                throw new SandboxException(
                        "input is a link '" + path + "', expected none where a directory is");
            }
            Directory place = new Walk("input", path, parent).toTarget(target);
            for (String lower : directory.lowers) {
                addLower(place, lower);
            }
        }
    }

    private static boolean hasOwn(Directory directory) {
        return directory.isTouched
                || directory.children.values().stream()
                        .anyMatch(child -> child instanceof Directory d && hasOwn(d));
    }

    private void addLower(Directory directory, String lower) throws IOException {
        directory.lowers.add(lower);
        for (var child : directory.children.entrySet()) {
            if (child.getValue() instanceof Directory d
                    && toolchain.list(lower).get(child.getKey())
                            instanceof ToolchainEntry.Directory) {
                addLower(d, InsidePath.join(lower, child.getKey()));
            }
        }
    }

    private static void put(Directory directory, String name, TreeNode node) {
        directory.children.put(name, node);
        directory.isTouched = true;
    }

    private static SandboxException closed(String what, String path) {
        return new SandboxException(
                what
                        + " is '"
                        + InsidePath.clip(path)
                        + "', expected none in /proc or /dev: those are the sandbox's own");
    }

    /** The way along one path, as in path_resolution(7). */
    private final class Walk {
        private final String what;
        private final String path;
        private final Deque<String> ahead = new ArrayDeque<>();
        private Directory at;
        private int links;

        /** {@code what} and {@code path} are for messages. */
        Walk(String what, String path, Directory from) {
            this.what = what;
            this.path = path;
            this.at = from;
        }

        /** Goes on to the directory {@code names} from here, and makes what is not there. */
        Directory to(List<String> names) throws IOException {
            push(names);
            while (!ahead.isEmpty()) {
                String name = ahead.pop();
                switch (name) {
                    case "", "." -> {}
                    case ".." -> at = at.parent();
                    default -> step(name);
                }
            }
            return at;
        }

        /** As {@link #to}, but a target that begins with a slash leads away from the root. */
        Directory toTarget(String target) throws IOException {
            at = target.startsWith("/") ? root : at;
            return to(InsidePath.ofTarget(target));
        }

        private void push(List<String> names) {
            for (String name : names.reversed()) {
                ahead.push(name);
            }
        }

        private void step(String name) throws IOException {
            switch (child(at, name)) {
                case null -> at = makeDirectory(name);
                case Directory directory -> at = directory;
                case TreeNode.Link(var target) -> follow(target);
                case TreeNode.File _, TreeNode.ToolchainFile _ ->
                        throw refuse("directories on its way, but '" + name + "' is a file");
            }
        }

        private void follow(String target) {
            if (++links > LINKS_MAX) {
                throw refuse("at most " + LINKS_MAX + " links on its way");
            }
            push(InsidePath.ofTarget(target));
            at = target.startsWith("/") ? root : at;
        }

        private Directory makeDirectory(String name) {
            if (at.isClosed()) {
                throw closed(what, path);
            }
            var made = new Directory(at, List.of(), false);
            at.children.put(name, made);
            return made;
        }

        private SandboxException refuse(String expected) {
            return new SandboxException(
                    what + " is '" + InsidePath.clip(path) + "', expected " + expected);
        }
    }

    /** What {@code name} is in {@code directory}; from now on it is remembered there. */
    @Nullable TreeNode child(Directory directory, String name) throws IOException {
        TreeNode known = directory.children.get(name);
        if (known != null) {
            return known;
        }
        TreeNode node = fromToolchain(directory, name);
        if (node != null) {
            directory.children.put(name, node);
        }
        return node;
    }

    private @Nullable TreeNode fromToolchain(Directory directory, String name) throws IOException {
        var lowers = new ArrayList<String>();
        for (String lower : directory.lowers) {
            String path = InsidePath.join(lower, name);
            switch (toolchain.list(lower).get(name)) {
                case null -> {}
                case ToolchainEntry.Directory _ -> lowers.add(path);
                case ToolchainEntry.File(var executable) when lowers.isEmpty() -> {
                    return new TreeNode.ToolchainFile(path, executable);
                }
                case ToolchainEntry.Link(var target) when lowers.isEmpty() -> {
                    return new TreeNode.Link(target);
                }
                case ToolchainEntry.File _, ToolchainEntry.Link _ -> {}
            }
        }
        return lowers.isEmpty() ? null : new Directory(directory, lowers, false);
    }

    /** All names in {@code directory}, sorted. */
    Set<String> names(Directory directory) throws IOException {
        var names = new TreeSet<>(directory.children.keySet());
        for (String lower : directory.lowers) {
            names.addAll(toolchain.list(lower).keySet());
        }
        return names;
    }
}
