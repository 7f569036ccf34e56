package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.INFO;

import io.cachepot.client.auth.ClientToken;
import io.cachepot.client.auth.NoTokenException;
import io.cachepot.client.dist.SchedulerClient;
import io.cachepot.client.dist.Uploads;
import io.cachepot.config.DistConfig;
import io.cachepot.protocol.wire.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers {@code --dist-status} in the shapes that cachepot documents. */
final class DistStatus {
    private static final System.Logger LOG = System.getLogger(DistStatus.class.getName());

    private static final String NO_AUTH = "enabled, auth not configured";

    private final DistConfig config;
    private final Optional<SchedulerClient> scheduler;
    private final ClientToken token;
    private final Uploads uploads;

    /**
     * @param scheduler empty when none is configured
     * @param uploads toolchains on their way
     */
    DistStatus(
            DistConfig config,
            Optional<SchedulerClient> scheduler,
            ClientToken token,
            Uploads uploads) {
        this.config = config;
        this.scheduler = scheduler;
        this.token = token;
        this.uploads = uploads;
    }

    /** One JSON value. */
    String json() throws InterruptedException {
        return new String(Json.encode(value()), StandardCharsets.UTF_8);
    }

    /**
     * What is wrong with the way to the cluster, one sentence each; none when all schedulers
     * answer, or when none is configured.
     */
    List<String> troubles() throws InterruptedException {
        if (scheduler.isEmpty()) {
            return List.of();
        }
        Optional<String> noToken = noToken();
        if (noToken.isPresent()) {
            return List.of(noToken.get());
        }
        return scheduler.get().askAll().stream()
                .filter(asked -> asked.status().isEmpty())
                .map(SchedulerClient.Asked::trouble)
                .toList();
    }

    /** Whether no scheduler answers though one is configured. */
    boolean isCutOff(List<String> troubles) {
        return config.isEnabled()
                && (noToken().isPresent() || troubles.size() == config.schedulerUrls().size());
    }

    /** Why there is nothing to show to schedulers; empty when there is. */
    private Optional<String> noToken() {
        try {
            var _ = token.get();
            return Optional.empty();
        } catch (NoTokenException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private Map<String, Object> value() throws InterruptedException {
        if (scheduler.isEmpty()) {
            return Map.of("Disabled", "disabled");
        }
        String url = config.schedulerUrls().getFirst().toString();
        if (noToken().isPresent()) {
            return Map.of("NotConnected", List.of(url, NO_AUTH));
        }
        var asked = scheduler.get().askAll();
        asked.stream()
                .filter(each -> each.status().isEmpty())
                .forEach(each -> LOG.log(INFO, "no status: {0}", each.trouble()));
        URI inUse = scheduler.get().inUse();
        var rows = new ArrayList<Map<String, Object>>();
        asked.forEach(each -> rows.add(row(each, each.url().equals(inUse))));
        Optional<SchedulerClient.Asked> shown =
                asked.stream()
                        .filter(each -> each.status().isPresent())
                        .max(Comparator.comparing(each -> each.url().equals(inUse)));
        // Known tools read the first of the two keys.
        var value = new LinkedHashMap<String, Object>();
        if (shown.isPresent()) {
            value.put(
                    "SchedulerStatus",
                    List.of(shown.get().url().toString(), shown.get().status().orElseThrow()));
        } else {
            value.put("NotConnected", List.of(url, "could not communicate with scheduler"));
        }
        if (rows.size() > 1) {
            value.put("Schedulers", rows);
        }
        List<Map<String, Object>> sent = uploads.progress().stream().map(DistStatus::row).toList();
        if (!sent.isEmpty()) {
            value.put("Uploads", sent);
        }
        return value;
    }

    private static Map<String, Object> row(Uploads.Progress upload) {
        var row = new LinkedHashMap<String, Object>();
        row.put("toolchain", upload.toolchain().hex());
        row.put("worker", upload.worker());
        row.put("sent_bytes", upload.sentBytes());
        row.put("bytes", upload.bytes());
        return row;
    }

    private static Map<String, Object> row(SchedulerClient.Asked asked, boolean isInUse) {
        var row = new LinkedHashMap<String, Object>();
        row.put("url", asked.url().toString());
        row.put("in_use", isInUse);
        row.put("answers", asked.status().isPresent());
        row.put("millis", asked.roundTrip().toMillis());
        asked.status()
                .ifPresentOrElse(
                        status -> {
                            row.put("num_servers", status.numServers());
                            row.put("num_cpus", status.numCpus());
                            row.put("in_progress", status.inProgress());
                            row.put("members", status.members().size());
                        },
                        () -> row.put("reason", asked.trouble()));
        return row;
    }
}
