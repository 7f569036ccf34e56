package io.cachepot.sandbox.bubblewrap;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Wraps a bubblewrap command: opens the status file, sets limits, becomes the job's user. The shell
 * is there because Java hands on no descriptors but 0 to 2; it is replaced, not kept.
 */
record Launcher(Path shell, JobUser user) {
    /** A limit that is already lower stays. */
    private static final String SCRIPT =
            """
            exec 3>"$1" || exit 1
            umask 022
            ulimit -c 0
            ulimit -n 4096 2>/dev/null
            ulimit -f "$2" || exit 1
            shift 2
            exec "$@"
            """;

    private static final long BLOCK_BYTES = 512;

    /**
     * The whole command.
     *
     * @param fileBytesMax the largest file that the job can write
     */
    List<String> command(StatusFile status, long fileBytesMax, List<String> bubblewrap) {
        var words = new ArrayList<String>();
        words.addAll(List.of(shell.toString(), "-c", SCRIPT, "cachepot-sandbox"));
        words.add(status.path().toString());
        words.add(Long.toString((fileBytesMax + BLOCK_BYTES - 1) / BLOCK_BYTES));
        words.addAll(user.commandPrefix());
        words.addAll(bubblewrap);
        return words;
    }
}
