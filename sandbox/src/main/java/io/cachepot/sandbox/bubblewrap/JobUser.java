package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Who jobs are on the host: the worker's own user, or, when that is root, another one. Host root is
 * never mapped into a sandbox: there {@code /proc/sys/kernel/core_pattern} would be writable.
 */
sealed interface JobUser {
    /** Its owner is the effective user of this process. */
    Path PROCESS = Path.of("/proc/self");

    /**
     * {@code uid} if the worker is root, else the worker's own user.
     *
     * @throws SandboxException when the worker is root and nobody said that it shall be
     */
    static JobUser of(Optional<Integer> uid) throws IOException {
        boolean isRoot = Integer.valueOf(0).equals(Files.getAttribute(PROCESS, "unix:uid"));
        if (!isRoot) {
            return new Same();
        }
        int other =
                uid.orElseThrow(() ->
                        new SandboxException(
                                "the worker is root, expected an ordinary user, who can do all that"
                                        + " it needs; start it as one (by `sudo` as well: its jobs"
                                        + " run as who called it), or set builder.run_as_uid to the"
                                        + " id of the user whom jobs shall run as"));
        return new Other(HostPrograms.find("setpriv", "running jobs as another user"), other);
    }

    /** Words before {@code bwrap} that make it start as this user. */
    List<String> commandPrefix();

    /** Makes {@code path} the job's own; a link itself, not what it leads to. */
    void own(Path path) throws IOException;

    /**
     * Fails unless this user can get to {@code directory}.
     *
     * @throws SandboxException names the directory that blocks
     */
    void checkReaches(Path directory) throws IOException;

    /** The worker itself, an ordinary user. */
    record Same() implements JobUser {
        @Override
        public List<String> commandPrefix() {
            return List.of();
        }

        @Override
        public void own(Path path) {}

        @Override
        public void checkReaches(Path directory) {}
    }

    /**
     * Another user than the worker, who is root.
     *
     * @param setpriv absolute path of util-linux's program
     */
    record Other(Path setpriv, int uid) implements JobUser {
        private static final int MODE_OWNER_SEARCH = 0100;
        private static final int MODE_GROUP_SEARCH = 0010;
        private static final int MODE_OTHER_SEARCH = 0001;

        @Override
        public List<String> commandPrefix() {
            return List.of(
                    setpriv.toString(),
                    "--reuid=" + uid,
                    "--regid=" + uid,
                    "--clear-groups",
                    "--inh-caps=-all",
                    "--");
        }

        @Override
        public void own(Path path) throws IOException {
            Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(path, "unix:gid", uid, LinkOption.NOFOLLOW_LINKS);
        }

        @Override
        public void checkReaches(Path directory) throws IOException {
            for (Path at = directory.toRealPath(); at != null; at = at.getParent()) {
                if (!canSearch(at)) {
                    throw new SandboxException(
                            "directory "
                                    + at
                                    + " can not be entered by user "
                                    + uid
                                    + ", who runs the jobs, on the way to "
                                    + directory
                                    + "; chmod a+x it, or configure a directory elsewhere");
                }
            }
        }

        private boolean canSearch(Path directory) throws IOException {
            int mode = attribute(directory, "mode");
            if (attribute(directory, "uid") == uid) {
                return (mode & MODE_OWNER_SEARCH) != 0;
            }
            if (attribute(directory, "gid") == uid) {
                return (mode & MODE_GROUP_SEARCH) != 0;
            }
            return (mode & MODE_OTHER_SEARCH) != 0;
        }

        private static int attribute(Path directory, String name) throws IOException {
            if (Files.getAttribute(directory, "unix:" + name) instanceof Integer value) {
                return value;
            }
            throw new IllegalStateException("every Unix file has a " + name);
        }
    }
}
