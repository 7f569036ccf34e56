package io.cachepot.sandbox.bubblewrap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A bubblewrap that runs, with all that runs inside. Outside there is the process that we started;
 * its child is process 1 of the sandbox, and with that one the kernel takes down everything else
 * inside (pid_namespaces(7)).
 */
final class JobProcess {
    private static final Duration SETUP_MAX = Duration.ofSeconds(5);
    private static final Duration END_MAX = Duration.ofSeconds(10);
    private static final long POLL_NANOS_FIRST = 100_000;
    private static final long POLL_NANOS_MAX = 5_000_000;

    private final Process outer;
    private final StatusFile status;

    JobProcess(Process outer, StatusFile status) {
        this.outer = outer;
        this.status = status;
    }

    /** Ended by itself, before {@code wallTime} was over. */
    boolean awaitEnd(Duration wallTime) throws InterruptedException {
        return outer.waitFor(wallTime);
    }

    /**
     * Kills all of it, whatever it does; nothing if it has ended. Waits until bubblewrap has said
     * which its child is: killed between making the child and telling it to die with its parent,
     * bubblewrap would leave it behind.
     */
    void kill() {
        try {
            poll(SETUP_MAX, () -> !outer.isAlive() || status.firstPid().isPresent());
            status.firstPid().ifPresent(this::killFirst);
        } catch (IOException _) {
            // Not readable: what follows takes the child along through its parent-death signal.
        }
        // Not by Process: that would close the streams under those who read them.
        outer.toHandle().destroyForcibly();
    }

    private void killFirst(long pid) {
        ProcessHandle.of(pid).filter(this::isOurs).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Not some other process that got the number after ours was gone. */
    private boolean isOurs(ProcessHandle first) {
        return first.parent().filter(parent -> parent.pid() == outer.pid()).isPresent();
    }

    /**
     * Waits until no process is left inside, an interruption is kept for later. Bubblewrap ends as
     * soon as the program does, but what the program left running is only then being killed.
     *
     * @throws StillAliveException when something does not die
     */
    void awaitGone() throws IOException {
        boolean isGone = poll(END_MAX, () -> !outer.isAlive() && isFirstGone());
        if (!isGone) {
            throw new StillAliveException(
                    "sandbox process "
                            + outer.pid()
                            + " did not die within "
                            + END_MAX.toSeconds()
                            + " s of being killed");
        }
    }

    int exitCode() {
        return outer.exitValue();
    }

    private boolean isFirstGone() throws IOException {
        OptionalLong pid = status.firstPid();
        return pid.isEmpty() || isDead(pid.getAsLong());
    }

    /** A zombie is dead, too: it became one after all others inside had died. */
    private static boolean isDead(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state == 'Z' || state == 'X';
        } catch (NoSuchFileException _) {
            return true;
        } catch (IOException e) {
            if (ProcessHandle.of(pid).isEmpty()) {
                return true; // it went while we were reading
            }
            throw e;
        }
    }

    /** A question that is asked until the answer is yes. */
    private interface Question {
        boolean ask() throws IOException;
    }

    private static boolean poll(Duration atMost, Question question) throws IOException {
        boolean isInterrupted = Thread.interrupted();
        long start = System.nanoTime();
        try {
            long pause = POLL_NANOS_FIRST;
            while (!question.ask()) {
                if (System.nanoTime() - start > atMost.toNanos()) {
                    return false;
                }
                LockSupport.parkNanos(pause);
                isInterrupted |= Thread.interrupted();
                pause = Math.min(2 * pause, POLL_NANOS_MAX);
            }
            return true;
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
