package io.cachepot.node.worker;

import java.util.concurrent.TimeUnit;

/** When what happened to one job; written and read by its thread. */
public final class JobTimes {
    private final long beganNanos = System.nanoTime();
    private long readyNanos = beganNanos;
    private long permittedNanos = beganNanos;
    private long endedNanos = beganNanos;

    /** All that it needs is there. */
    void ready() {
        readyNanos = System.nanoTime();
        permittedNanos = readyNanos;
    }

    /** It has a permit. */
    void permitted() {
        permittedNanos = System.nanoTime();
    }

    /** Nothing of it runs any more. */
    void ended() {
        endedNanos = System.nanoTime();
    }

    long receiveMicros() {
        return micros(readyNanos - beganNanos);
    }

    long waitMicros() {
        return micros(permittedNanos - readyNanos);
    }

    /**
     * What was neither waiting nor the compiler.
     *
     * @param compilerMicros how long that ran
     */
    long sandboxMicros(long compilerMicros) {
        return Math.max(0, micros(endedNanos - permittedNanos) - compilerMicros);
    }

    private static long micros(long nanos) {
        return Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos));
    }
}
