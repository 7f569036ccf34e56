package io.cachepot.client.dist;

import io.cachepot.protocol.Digest;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long jobs took on workers, so that the next compile of the same unit with the same flags can
 * be forecast. The last ones count most. Safe for threads.
 */
final class DurationHistory {
    private static final int UNITS_MAX = 20_000;
    private static final double GAIN = 0.4;

    private final Object lock = new Object();

    /** Guarded by {@code lock}; the one used longest ago comes first. */
    private final Map<Digest, Double> millis =
            new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Digest, Double> eldest) {
                    return size() > UNITS_MAX;
                }
            };

    /** In milliseconds, at least 1; 0 when nothing is known of {@code unit}. */
    long forecastMillis(Digest unit) {
        synchronized (lock) {
            Double known = millis.get(unit);
            return known == null ? 0 : Math.max(1, Math.round(known));
        }
    }

    void took(Digest unit, long wallMicros) {
        double now = wallMicros / 1e3;
        synchronized (lock) {
            millis.merge(unit, now, (before, _) -> before + GAIN * (now - before));
        }
    }
}
