package io.cachepot.sandbox;

import java.time.Duration;

/**
 * What one job may use.
 *
 * @param wallTime how long it may run before it is killed
 * @param stdioBytesMax most bytes of stdout, and of stderr
 * @param outputBytesMax most bytes of one output file; also the largest file that the job can write
 * @param processesMax most processes and threads at once
 * @param memoryBytesMax most memory of all its processes together; where the machine has no control
 *     groups, of each of them
 */
public record SandboxLimits(
        Duration wallTime,
        long stdioBytesMax,
        long outputBytesMax,
        int processesMax,
        long memoryBytesMax) {
    public static final SandboxLimits DEFAULT =
            new SandboxLimits(Duration.ofMinutes(10), 16L << 20, 1L << 30, 512, 4L << 30);

    public SandboxLimits {
        if (!wallTime.isPositive()
                || stdioBytesMax < 1
                || outputBytesMax < 1
                || processesMax < 1
                || memoryBytesMax < 1) {
            throw new IllegalArgumentException(
                    "limits are "
                            + wallTime
                            + ", "
                            + stdioBytesMax
                            + ", "
                            + outputBytesMax
                            + ", "
                            + processesMax
                            + ", "
                            + memoryBytesMax
                            + ", expected all positive");
        }
    }
}
