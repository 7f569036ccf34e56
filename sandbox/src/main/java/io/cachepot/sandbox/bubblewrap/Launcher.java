package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.SandboxLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Wraps a bubblewrap command: opens the status file and the filter of system calls, sets limits,
 * becomes the job's user. The shell is there because Java hands on no descriptors but 0 to 2; it is
 * replaced, not kept.
 *
 * @param filter of system calls, if there is one for this machine
 */
record Launcher(Path shell, JobUser user, Optional<Path> filter) {
    /**
     * A limit that is already lower stays. The kernel counts processes per user of the host, so
     * that limit is shared by all jobs; shells do not agree on its letter.
     */
    private static final String SCRIPT =
            """
            exec 3>"$1" || exit 1
            [ -z "$2" ] || exec 4<"$2" || exit 1
            umask 022
            ulimit -c 0
            ulimit -n 4096 2>/dev/null
            ulimit -u "$4" 2>/dev/null || ulimit -p "$4" 2>/dev/null
            ulimit -f "$3" || exit 1
            shift 4
            while [ "$1" != -- ]; do echo 0 >"$1" || exit 1; shift; done
            shift
            exec "$@"
            """;

    /** Joins the control groups whose files are its arguments. */
    static final String JOIN = "for each; do echo 0 >\"$each\" || exit 1; done";

    /** How many jobs at their limit of processes it takes to hinder others. */
    static final int PROCESSES_SHARE = 8;

    private static final long BLOCK_BYTES = 512;

    /** The whole command; the largest file that the job can write is its largest output. */
    List<String> command(StatusFile status, JobBounds bounds, List<String> bubblewrap) {
        SandboxLimits limits = bounds.limits();
        var words = new ArrayList<String>();
        words.addAll(List.of(shell.toString(), "-c", SCRIPT, "cachepot-sandbox"));
        words.add(status.path().toString());
        words.add(filter.map(Path::toString).orElse(""));
        words.add(Long.toString((limits.outputBytesMax() + BLOCK_BYTES - 1) / BLOCK_BYTES));
        words.add(Long.toString((long) PROCESSES_SHARE * limits.processesMax()));
        bounds.joins().forEach(each -> words.add(each.toString()));
        words.add("--");
        words.addAll(user.commandPrefix());
        words.addAll(bubblewrap);
        return words;
    }
}
