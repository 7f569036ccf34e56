package io.cachepot.client.dist;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.JobForecast;
import io.cachepot.protocol.RunJobResult;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What jobs took on workers, and compiles here, so that the next compile of the same unit with the
 * same flags can be forecast. The last ones count most. Safe for threads.
 */
public final class JobHistory {
    private static final int UNITS_MAX = 20_000;
    private static final double GAIN = 0.4;

    private final Object lock = new Object();

    /** Guarded by {@code lock}; the one used longest ago comes first. */
    private final Map<Digest, Taken> units =
            new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Digest, Taken> eldest) {
                    return size() > UNITS_MAX;
                }
            };

    /**
     * @param memoryBytes 0 when no worker told
     */
    private record Taken(double millis, double memoryBytes) {
        Taken then(Taken now) {
            return new Taken(
                    between(millis, now.millis),
                    memoryBytes == 0 || now.memoryBytes == 0
                            ? Math.max(memoryBytes, now.memoryBytes)
                            : between(memoryBytes, now.memoryBytes));
        }

        private static double between(double before, double now) {
            return before + GAIN * (now - before);
        }
    }

    /** Of at least a millisecond when {@code unit} was compiled before. */
    public JobForecast forecast(Digest unit) {
        synchronized (lock) {
            Taken known = units.get(unit);
            return known == null
                    ? JobForecast.UNKNOWN
                    : new JobForecast(
                            Math.max(1, Math.round(known.millis)), Math.round(known.memoryBytes));
        }
    }

    void took(Digest unit, RunJobResult.Complete complete) {
        took(unit, new Taken(complete.wallMicros() / 1e3, complete.memoryBytes()));
    }

    /** The same for a compile that was done here. */
    public void tookHere(Digest unit, Duration wall) {
        took(unit, new Taken(wall.toNanos() / 1e6, 0));
    }

    private void took(Digest unit, Taken now) {
        synchronized (lock) {
            units.merge(unit, now, Taken::then);
        }
    }
}
