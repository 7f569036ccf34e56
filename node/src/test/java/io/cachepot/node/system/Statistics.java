package io.cachepot.node.system;

import io.cachepot.protocol.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What {@code cachepot --show-stats --stats-format json} says. */
final class Statistics {
    private final Map<?, ?> stats;

    Statistics(String json) {
        var all = Json.decode(json.getBytes(StandardCharsets.UTF_8), Map.class);
        stats = (Map<?, ?>) all.get("stats");
    }

    int number(String name) {
        return ((Number) stats.get(name)).intValue();
    }

    /** Compiles that workers did. */
    int remote() {
        return sum((Map<?, ?>) stats.get("dist_compiles"));
    }

    /** Compiles that the worker at {@code address} did. */
    int remote(String address) {
        return ((Map<?, ?>) stats.get("dist_compiles")).get(address) instanceof Number count
                ? count.intValue()
                : 0;
    }

    int hits() {
        return sum((Map<?, ?>) ((Map<?, ?>) stats.get("cache_hits")).get("counts"));
    }

    private static int sum(Map<?, ?> counts) {
        return counts.values().stream().mapToInt(count -> ((Number) count).intValue()).sum();
    }

    @Override
    public String toString() {
        return stats.toString();
    }
}
