package io.cachepot.sandbox.bubblewrap;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A place in a {@link VirtualTree}. */
sealed interface TreeNode {
    /** A directory; what it does not hold itself it has from {@code lowers}. */
    final class Directory implements TreeNode {
        private final @Nullable Directory parent;
        private final boolean isClosed;

        /** Directories of the toolchain that show through, relative; the first one wins. */
        final List<String> lowers;

        final SortedMap<String, TreeNode> children = new TreeMap<>();

        /** Whether something of the job is or will be written right here. */
        boolean isTouched;

        Directory(@Nullable Directory parent, List<String> lowers, boolean isClosed) {
            this.parent = parent;
            this.lowers = new ArrayList<>(lowers);
            this.isClosed = isClosed;
        }

        /** The root is its own. */
        Directory parent() {
            return parent == null ? this : parent;
        }

        /** Whether the sandbox fills it itself, so that a job puts nothing in. */
        boolean isClosed() {
            return isClosed;
        }

        /** Whether it looks exactly like its one directory of the toolchain. */
        boolean isWhole() {
            return !isTouched
                    && lowers.size() == 1
                    && children.values().stream()
                            .allMatch(child -> !(child instanceof Directory d) || d.isWhole());
        }
    }

    /** A file of the job: a copy of {@code source}. */
    record File(Path source, boolean executable) implements TreeNode {}

    /** A file of the toolchain as it is; {@code lower} is relative to the toolchain's root. */
    record ToolchainFile(String lower, boolean executable) implements TreeNode {}

    record Link(String target) implements TreeNode {}
}
