package io.cachepot.config.source;

import io.cachepot.config.logging.LogFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The environment variables that are settings. */
final class EnvironmentSource {
    private static final List<Binding> FILE_KEYS =
            List.of(
                    new Binding("dist.scheduler_url", "CACHEPOT_SCHEDULER_URL"),
                    new Binding("cache.disk.dir", "CACHEPOT_DIR"),
                    new Binding("cache.disk.size", "CACHEPOT_CACHE_SIZE"),
                    new Binding("cache.disk.files", "CACHEPOT_CACHE_FILES"),
                    new Binding("rust.incremental", "CACHEPOT_RUST_INCREMENTAL"));

    /** A backend is taken from the environment as a whole, if the first of its variables is set. */
    private static final List<Backend> BACKENDS =
            List.of(
                    new Backend(
                            "cache.s3",
                            List.of(
                                    new Binding("bucket", "CACHEPOT_BUCKET"),
                                    new Binding("endpoint", "CACHEPOT_ENDPOINT"),
                                    new Binding("key_prefix", "CACHEPOT_S3_KEY_PREFIX"),
                                    new Binding("region", "CACHEPOT_REGION"),
                                    new Binding("public", "SCCACHE_S3_PUBLIC"),
                                    new Binding("public", "CACHEPOT_S3_PUBLIC"))),
                    new Backend("cache.redis", List.of(new Binding("url", "CACHEPOT_REDIS"))),
                    new Backend(
                            "cache.memcached", List.of(new Binding("url", "CACHEPOT_MEMCACHED"))),
                    new Backend(
                            "cache.gcs",
                            List.of(
                                    new Binding("bucket", "CACHEPOT_GCS_BUCKET"),
                                    new Binding("cred_path", "CACHEPOT_GCS_KEY_PATH"),
                                    new Binding("url", "CACHEPOT_GCS_CREDENTIALS_URL"),
                                    new Binding("rw_mode", "CACHEPOT_GCS_RW_MODE"))));

    private static final Backend AZURE =
            new Backend(
                    "cache.azure",
                    List.of(
                            new Binding("container", "CACHEPOT_AZURE_BLOB_CONTAINER"),
                            new Binding("connection_string", "CACHEPOT_AZURE_CONNECTION_STRING")));

    private static final List<Binding> PROCESS_KEYS =
            List.of(
                    new Binding("coordinator.port", "CACHEPOT_COORDINATOR_PORT"),
                    new Binding("coordinator.idle_timeout_secs", "CACHEPOT_IDLE_TIMEOUT"),
                    new Binding("coordinator.metrics_port", "CACHEPOT_METRICS_PORT"),
                    new Binding("process.no_daemon", "CACHEPOT_NO_DAEMON"),
                    new Binding("process.error_log", "CACHEPOT_ERROR_LOG"),
                    new Binding("process.log", "RUST_LOG"),
                    new Binding("process.log", "CACHEPOT_LOG"));

    private static final String BASEDIRS = "CACHEPOT_BASEDIRS";
    private static final String DIST_TOKEN = "CACHEPOT_DIST_TOKEN";
    private static final String RECACHE = "CACHEPOT_RECACHE";

    private final Platform platform;

    EnvironmentSource(Platform platform) {
        this.platform = platform;
    }

    private record Binding(String key, String variable) {}

    private record Backend(String key, List<Binding> bindings) {
        Binding first() {
            return bindings.getFirst();
        }
    }

    /** The variables that set each key, the one that wins last; for the reference of settings. */
    static Map<String, List<String>> variables() {
        var variables = new LinkedHashMap<String, List<String>>();
        FILE_KEYS.forEach(binding -> add(variables, binding.key(), binding));
        for (var backend : Stream.concat(BACKENDS.stream(), Stream.of(AZURE)).toList()) {
            backend.bindings()
                    .forEach(binding ->
                            add(variables, backend.key() + "." + binding.key(), binding));
        }
        PROCESS_KEYS.forEach(binding -> add(variables, binding.key(), binding));
        add(variables, "basedirs", new Binding("", BASEDIRS));
        add(variables, "dist.auth.token", new Binding("", DIST_TOKEN));
        add(variables, "coordinator.recache", new Binding("", RECACHE));
        return variables;
    }

    private static void add(Map<String, List<String>> variables, String key, Binding binding) {
        variables.computeIfAbsent(key, _ -> new ArrayList<>()).add(binding.variable());
    }

    /** What a client's file says, with the environment on top. */
    Value.Table over(Value.Table file) {
        var changed = file;
        for (var binding : FILE_KEYS) {
            changed = over(changed, binding);
        }
        for (var backend : BACKENDS) {
            if (isSet(backend.first())) {
                changed = changed.with(path(backend.key()), table(backend));
            }
        }
        return overBasedirs(overAuth(changed));
    }

    private Value.Table over(Value.Table table, Binding binding) {
        return text(binding).map(text -> table.with(path(binding.key()), text)).orElse(table);
    }

    private Optional<Value> text(Binding binding) {
        return platform.variable(binding.variable())
                .map(text -> new Value.Text(text, new Origin.Environment(binding.variable())));
    }

    private boolean isSet(Binding binding) {
        return platform.variable(binding.variable()).isPresent();
    }

    static List<String> path(String key) {
        return List.of(key.split("\\.", -1));
    }

    private Value.Table table(Backend backend) {
        var entries = new LinkedHashMap<String, Value>();
        for (var binding : backend.bindings()) {
            text(binding).ifPresent(text -> entries.put(binding.key(), text));
        }
        return new Value.Table(entries, new Origin.Environment(backend.first().variable()));
    }

    /** A token turns whatever the file says about authentication into that of type token. */
    private Value.Table overAuth(Value.Table table) {
        var token = text(new Binding("token", DIST_TOKEN));
        if (token.isEmpty()) {
            return table;
        }
        var origin = token.get().origin();
        var entries = Map.of("type", new Value.Text("token", origin), "token", token.get());
        return table.with(path("dist.auth"), new Value.Table(entries, origin));
    }

    private Value.Table overBasedirs(Value.Table table) {
        var value = platform.variable(BASEDIRS);
        if (value.isEmpty()) {
            return table;
        }
        var origin = new Origin.Environment(BASEDIRS);
        var dirs = new ArrayList<Value>();
        for (var dir : value.get().split(platform.pathSeparator(), -1)) {
            if (!dir.isEmpty()) {
                dirs.add(new Value.Text(dir, origin));
            }
        }
        return table.with(List.of("basedirs"), new Value.Elements(dirs, origin));
    }

    /** What no file says: how the process lives, and Azure's secret. */
    Value.Table alone() {
        var table = new Value.Table(Map.of(), new Origin.Default());
        for (var binding : PROCESS_KEYS) {
            table = over(table, binding);
        }
        if (AZURE.bindings().stream().anyMatch(this::isSet)) {
            table = table.with(path(AZURE.key()), table(AZURE));
        }
        return platform.variables().containsKey(RECACHE) // any value will do, none too
                ? table.with(
                        path("coordinator.recache"),
                        new Value.Truth(true, new Origin.Environment(RECACHE)))
                : table;
    }

    /** Whether {@code key} is one that no file may hold. */
    static boolean isAlone(String key) {
        return key.startsWith("coordinator.") || key.startsWith("process.");
    }

    /** One line for each directive of {@code CACHEPOT_LOG} that makes no sense. */
    List<String> logWarnings() {
        var variable = "CACHEPOT_LOG";
        return platform
                .variable(variable)
                .map(LogFilter::parse)
                .orElse(LogFilter.DEFAULT)
                .ignored()
                .stream()
                .map(directive ->
                        variable
                                + ": '"
                                + directive
                                + "' is ignored, expected a level, a target or target=level")
                .toList();
    }

    /** One line for each variable of a backend that was set in vain. */
    List<String> backendWarnings() {
        var warnings = new ArrayList<String>();
        for (var backend : BACKENDS) {
            if (!isSet(backend.first())) {
                backend.bindings().stream()
                        .filter(this::isSet)
                        .map(set ->
                                set.variable()
                                        + ": is ignored, because "
                                        + backend.first().variable()
                                        + " is not set")
                        .forEach(warnings::add);
            }
        }
        return warnings;
    }
}
