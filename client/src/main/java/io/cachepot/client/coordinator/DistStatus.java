package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.INFO;

import io.cachepot.client.dist.DistException;
import io.cachepot.client.dist.SchedulerClient;
import io.cachepot.config.DistAuth;
import io.cachepot.config.DistConfig;
import io.cachepot.protocol.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers {@code --dist-status} in the shapes that cachepot documents. */
final class DistStatus {
    private static final System.Logger LOG = System.getLogger(DistStatus.class.getName());

    private final DistConfig config;
    private final Optional<SchedulerClient> scheduler;

    /**
     * @param scheduler empty when none is configured, or when we have nothing to show it
     */
    DistStatus(DistConfig config, Optional<SchedulerClient> scheduler) {
        this.config = config;
        this.scheduler = scheduler;
    }

    /** One JSON value. */
    String json() throws InterruptedException {
        return new String(Json.encode(value()), StandardCharsets.UTF_8);
    }

    /**
     * What is wrong with the way to the cluster; empty when a scheduler answers, or when none is
     * configured.
     */
    Optional<String> trouble() throws InterruptedException {
        return value().get("NotConnected") instanceof List<?> reasons
                ? Optional.of(String.valueOf(reasons.getLast()))
                : Optional.empty();
    }

    private Map<String, Object> value() throws InterruptedException {
        if (!config.isEnabled()) {
            return Map.of("Disabled", "disabled");
        }
        String url = config.schedulerUrls().getFirst().toString();
        if (scheduler.isEmpty()) {
            return Map.of("NotConnected", List.of(url, "enabled, auth not configured"));
        }
        try {
            var status = scheduler.get().status();
            return Map.of("SchedulerStatus", List.of(scheduler.get().inUse().toString(), status));
        } catch (DistException e) {
            LOG.log(INFO, "no status: {0}", e.getMessage());
            return Map.of("NotConnected", List.of(url, "could not communicate with scheduler"));
        }
    }

    /** The token that we show to schedulers, if the configured way needs no dialogue. */
    static Optional<String> token(DistAuth auth) {
        return auth instanceof DistAuth.Token(var token)
                ? Optional.of(token.reveal())
                : Optional.empty();
    }

    /** Why {@code --dist-auth} can not fetch a token; empty when none is needed. */
    Optional<String> authProblem() {
        return switch (config.auth()) {
            case DistAuth.Token _ -> Optional.empty();
            case DistAuth.Mozilla _, DistAuth.OAuth2CodeGrantPkce _, DistAuth.OAuth2Implicit _ ->
                    Optional.of(
                            "this release knows dist.auth.type 'token' only; ask your administrator for a token");
        };
    }
}
