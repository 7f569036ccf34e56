package io.cachepot.node.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A process that can be killed, started again, and frozen, with a clock of its own that is wrong
 * and goes wrong.
 */
class SimulatedProcess {
    final String name;
    final VirtualTime time;
    private final List<Runnable> heldBack = new ArrayList<>();
    private final long clockOffset;
    private final double clockRate;

    /** Grows with each start; timers and messages of an earlier one are void. */
    private int start;

    private boolean isUp = true;
    private boolean isFrozen;

    SimulatedProcess(String name, VirtualTime time, Random random) {
        this.name = name;
        this.time = time;
        clockOffset = random.nextLong(1L << 50);
        clockRate = 1 + (random.nextDouble() - 0.5) / 50;
    }

    /** By its own monotonic clock. */
    long nanoTime() {
        return clockOffset + (long) (time.nowNanos() * clockRate);
    }

    boolean isUp() {
        return isUp;
    }

    boolean isFrozen() {
        return isFrozen;
    }

    /** Runs {@code what} in this process, unless it is killed before. */
    void after(long nanos, Runnable what) {
        int now = start;
        time.after(nanos, () -> run(now, what));
    }

    private void run(int ofStart, Runnable what) {
        if (!isUp || ofStart != start) {
            return;
        }
        if (isFrozen) {
            heldBack.add(() -> run(ofStart, what));
        } else {
            what.run();
        }
    }

    /** Something arrives from outside now. */
    void receive(Runnable what) {
        run(start, what);
    }

    void kill() {
        isUp = false;
        isFrozen = false;
        start++;
        heldBack.clear();
    }

    void begin() {
        isUp = true;
    }

    void freeze() {
        isFrozen = isUp;
    }

    void thaw() {
        isFrozen = false;
        var waited = List.copyOf(heldBack);
        heldBack.clear();
        waited.forEach(Runnable::run);
    }
}
