package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.SandboxException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How {@link BubblewrapSandbox} works on this machine.
 *
 * @param bwrap absolute path of the bubblewrap program
 * @param buildDir absolute path of the directory in which jobs get their roots; made if need be,
 *     shared with other workers if need be; a tmpfs makes a job with many headers much faster
 * @param contentDir absolute path of a directory of files that never change: a large input that is
 *     one of them is seen by the job as it lies there, instead of a copy
 * @param runAsUid user and group id of jobs on the host when the worker is root, above 0; without
 *     it a worker that is root is refused. One that is an ordinary user runs jobs as itself
 */
public record BubblewrapSettings(
        Path bwrap, Path buildDir, Optional<Path> contentDir, Optional<Integer> runAsUid) {
    public BubblewrapSettings {
        checkAbsolute("sandbox.bwrap_path", bwrap);
        checkAbsolute("sandbox.build_dir", buildDir);
        contentDir.ifPresent(directory -> checkAbsolute("directory of contents", directory));
        if (runAsUid.filter(uid -> uid <= 0).isPresent()) {
            throw new SandboxException(
                    "sandbox.run_as_uid is "
                            + runAsUid.get()
                            + ", expected the id of an unprivileged user, above 0");
        }
    }

    private static void checkAbsolute(String what, Path path) {
        if (!path.isAbsolute()) {
            throw new SandboxException(what + " is " + path + ", expected an absolute path");
        }
    }
}
