package io.cachepot.client.builds;

/**
 * The process that drives a build, {@code make} say.
 *
 * @param pid 0 where none could be seen
 * @param startTicks when it began, in the kernel's ticks since boot: a pid comes again, both do not
 * @param command its arguments, for people
 * @param directory where it works
 */
record BuildProcess(int pid, long startTicks, String command, String directory) {
    boolean isSeen() {
        return pid != 0;
    }

    /** Whether the two are one process, whatever it calls itself by now. */
    boolean isSameAs(BuildProcess other) {
        return pid == other.pid
                && startTicks == other.startTicks
                && (isSeen() || directory.equals(other.directory));
    }
}
