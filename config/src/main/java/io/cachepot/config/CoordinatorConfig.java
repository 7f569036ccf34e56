package io.cachepot.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How the local daemon is reached and when it leaves; from the environment alone.
 *
 * @param port 1 to 65535, on loopback
 * @param idleTimeout how long it waits for work before it stops; zero is for ever
 * @param isRecache whether every look-up is a miss, and its result replaced
 * @param metricsPort where, on loopback, it answers {@code /metrics}; absent for nowhere
 */
public record CoordinatorConfig(
        int port,
        @Key("idle_timeout_secs") Duration idleTimeout,
        boolean isRecache,
        Optional<Integer> metricsPort) {
    public static final CoordinatorConfig DEFAULT =
            new CoordinatorConfig(4226, Duration.ofMinutes(10), false, Optional.empty());

    public CoordinatorConfig {
        var checks =
                new Checks()
                        .port("port", port)
                        .atLeast(0, "idle_timeout_secs", idleTimeout.toSeconds());
        metricsPort.ifPresent(each -> checks.port("metrics_port", each));
        checks.verify();
    }
}
