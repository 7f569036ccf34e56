package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.SandboxException;
import java.util.List;

/** Checks and takes apart paths as the job sees them; none of these is ever a path of the host. */
final class InsidePath {
    private static final int PATH_CHARS_MAX = 4095;
    private static final int NAME_CHARS_MAX = 255;

    private InsidePath() {}

    /**
     * The components of an absolute path in normal form; none for the root.
     *
     * @throws SandboxException for any other path
     */
    static List<String> components(String what, String path) {
        if (path.equals("/")) {
            return List.of();
        }
        if (!path.startsWith("/") || path.length() > PATH_CHARS_MAX || path.indexOf('\0') >= 0) {
            throw refuse(what, path);
        }
        List<String> names = List.of(path.substring(1).split("/", -1));
        for (String name : names) {
            if (name.isEmpty()
                    || name.equals(".")
                    || name.equals("..")
                    || name.length() > NAME_CHARS_MAX) {
                throw refuse(what, path);
            }
        }
        return names;
    }

    private static SandboxException refuse(String what, String path) {
        return new SandboxException(
                what
                        + " is '"
                        + clip(path)
                        + "', expected an absolute path without empty, '.' or '..' components");
    }

    /** The components of a link's target, odd ones included. */
    static List<String> ofTarget(String target) {
        return List.of(target.split("/", -1));
    }

    /** The last component of a path. */
    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Joins two relative paths, the first of which may be empty for the root. */
    static String join(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    /** Short enough for a message. */
    static String clip(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }
}
