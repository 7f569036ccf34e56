package io.cachepot.client.builds;

import static java.lang.System.Logger.Level.TRACE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Finds who drives a build among the ancestors of a compile, as {@code /proc} shows them: the
 * topmost one below the shell that somebody types into, or the script, that started it. Shells that
 * run one command ({@code sh -c}) are of the build: make starts those.
 */
final class ProcessTree {
    private static final System.Logger LOG = System.getLogger(ProcessTree.class.getName());
    private static final Set<String> SHELLS =
            Set.of(
                    "ash", "bash", "busybox", "csh", "dash", "elvish", "fish", "ksh", "mksh", "nu",
                    "pwsh", "sh", "tcsh", "xonsh", "zsh");

    /** Deeper than any build nests. */
    private static final int DEPTH_MAX = 64;

    private static final int COMMAND_CHARS_MAX = 200;
    private static final int COMMAND_BYTES_MAX = 1_024;

    /** Of a line of {@code stat}, counted from the one after the name. */
    private static final int FIELD_PARENT = 1;

    private static final int FIELD_SESSION = 3;
    private static final int FIELD_START = 19;

    private final Path proc;

    ProcessTree(Path proc) {
        this.proc = proc;
    }

    /**
     * One line of {@code /proc/PID/stat}.
     *
     * @param name without its directory, at most 15 characters
     */
    private record Status(int pid, String name, int parent, int session, long startTicks) {}

    /**
     * Who drives the build of a compile.
     *
     * @param parent the process that asked for the compile
     * @param session of both
     * @param directory of the compile, where no process is to be seen
     */
    BuildProcess driver(int parent, int session, Path directory) {
        Optional<Status> top = Optional.empty();
        Optional<Status> next = status(parent);
        boolean hasProgram = false;
        for (int depth = 0;
                depth < DEPTH_MAX && next.isPresent() && next.get().session() == session;
                depth++) {
            Status status = next.get();
            boolean isShell = SHELLS.contains(status.name());
            boolean isWhoStartedIt =
                    isShell
                            && top.isPresent()
                            && (status.pid() == session || (hasProgram && !runsOneCommand(status)));
            if (isWhoStartedIt) {
                break;
            }
            hasProgram |= !isShell;
            top = next;
            next = status(status.parent());
        }
        return top.map(found -> process(found, directory))
                .orElseGet(() -> new BuildProcess(0, 0, "", directory.toString()));
    }

    /** Whether it is still there; one that was never seen counts as there. */
    boolean isThere(BuildProcess process) {
        return !process.isSeen()
                || status(process.pid())
                        .filter(status -> status.startTicks() == process.startTicks())
                        .isPresent();
    }

    /** {@code sh -c '...'}, {@code bash -ec '...'}. */
    private boolean runsOneCommand(Status shell) {
        String[] arguments = command(shell).split(" ", -1);
        for (int i = 1; i < arguments.length && arguments[i].startsWith("-"); i++) {
            if (arguments[i].matches("-[a-zA-Z]*c[a-zA-Z]*")) {
                return true;
            }
        }
        return false;
    }

    private BuildProcess process(Status status, Path fallback) {
        return new BuildProcess(
                status.pid(), status.startTicks(), command(status), directory(status, fallback));
    }

    private Optional<Status> status(int pid) {
        if (pid <= 0) {
            return Optional.empty();
        }
        try {
            String line =
                    new String(
                            Files.readAllBytes(of(pid).resolve("stat")),
                            StandardCharsets.ISO_8859_1);
            // A name may hold blanks and parentheses.
            int from = line.indexOf('(');
            int to = line.lastIndexOf(')');
            String[] fields = line.substring(to + 2).split(" ", -1);
            return Optional.of(
                    new Status(
                            pid,
                            line.substring(from + 1, to),
                            Integer.parseInt(fields[FIELD_PARENT]),
                            Integer.parseInt(fields[FIELD_SESSION]),
                            Long.parseLong(fields[FIELD_START])));
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            LOG.log(TRACE, "process not seen: pid={0} reason={1}", pid, e.toString());
            return Optional.empty();
        }
    }

    private Path of(int pid) {
        return proc.resolve(Integer.toString(pid));
    }

    private String command(Status status) {
        try (var in = Files.newInputStream(of(status.pid()).resolve("cmdline"))) {
            String line =
                    new String(in.readNBytes(COMMAND_BYTES_MAX), StandardCharsets.UTF_8)
                            .replace('\0', ' ')
                            .strip();
            return line.isEmpty()
                    ? status.name()
                    : line.substring(0, Math.min(line.length(), COMMAND_CHARS_MAX));
        } catch (IOException e) {
            LOG.log(TRACE, "command not seen: pid={0} reason={1}", status.pid(), e.toString());
            return status.name();
        }
    }

    private String directory(Status status, Path fallback) {
        try {
            return Files.readSymbolicLink(of(status.pid()).resolve("cwd")).toString();
        } catch (IOException e) {
            LOG.log(TRACE, "directory not seen: pid={0} reason={1}", status.pid(), e.toString());
            return fallback.toString();
        }
    }
}
