package io.cachepot.config.source;

import io.cachepot.config.ClientConfig;
import io.cachepot.config.ConfigException;
import io.cachepot.config.SchedulerConfig;
import io.cachepot.config.WorkerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Loads the settings of each role: flags win over the environment, that over the file, that over
 * defaults. Each method throws a {@link ConfigException} whose message is one line about the first
 * mistake.
 */
public final class ConfigLoader {
    private final Platform platform;
    private final EnvironmentSource environment;
    private final List<Flag> flags;

    public ConfigLoader(Platform platform) {
        this(platform, List.of());
    }

    /**
     * @param flags of two with one key the later wins
     */
    public ConfigLoader(Platform platform, List<Flag> flags) {
        this.platform = platform;
        this.environment = new EnvironmentSource(platform);
        this.flags = List.copyOf(flags);
    }

    /**
     * Of a client, from {@link Platform#clientFile}. A file that is not there is all defaults,
     * unless {@code CACHEPOT_CONF} names it.
     */
    public Loaded<ClientConfig> client() {
        var file = clientFile();
        var table =
                file.map(ConfigFile::read).orElse(new Value.Table(Map.of(), new Origin.Default()));
        var loaded = load(environment.over(table), file, new ClientReader(platform)::read);
        var warnings = new ArrayList<>(environment.backendWarnings());
        warnings.addAll(loaded.warnings());
        if (loaded.config().dist().isRewriteIncludesOnly()) {
            warnings.add(
                    "dist.rewrite_includes_only: has no effect, for workers get sources and headers"
                            + " as they are; it can be removed");
        }
        return new Loaded<>(loaded.config(), loaded.origins(), warnings);
    }

    private Optional<ConfigFile> clientFile() {
        var path = platform.clientFile();
        boolean isNamed = platform.variable("CACHEPOT_CONF").isPresent();
        return isNamed || !Files.notExists(path)
                ? Optional.of(new ConfigFile(path))
                : Optional.empty();
    }

    /** Of a scheduler, from {@code path}, which must be there. */
    public Loaded<SchedulerConfig> scheduler(Path path) {
        var file = new ConfigFile(path);
        return load(file.read(), Optional.of(file), SchedulerReader::read);
    }

    /** Of a worker, from {@code path}, which must be there. */
    public Loaded<WorkerConfig> worker(Path path) {
        var file = new ConfigFile(path);
        return load(file.read(), Optional.of(file), new WorkerReader(platform)::read);
    }

    private <T> Loaded<T> load(
            Value.Table table,
            Optional<ConfigFile> file,
            BiFunction<TableReader, TableReader, Read<T>> reader) {
        var findings = new Findings();
        var settings = TableReader.root(findings, withFlags(table, false));
        var alone = TableReader.root(findings, withFlags(environment.alone(), true));
        var config = reader.apply(settings, alone);
        settings.finish(); // not alone: it holds the variables of every role
        findings.throwIfAny();
        var warnings = new ArrayList<>(environment.logWarnings());
        if (findings.isSecretInFile()) {
            file.flatMap(ConfigFile::modeWarning).ifPresent(warnings::add);
        }
        return new Loaded<>(config.get(), findings.origins(), warnings);
    }

    private Value.Table withFlags(Value.Table table, boolean isAlone) {
        var changed = table;
        for (var flag : flags) {
            if (EnvironmentSource.isAlone(flag.key()) == isAlone) {
                var value = new Value.Text(flag.value(), new Origin.CommandLine(flag.name()));
                changed = changed.with(EnvironmentSource.path(flag.key()), value);
            }
        }
        return changed;
    }
}
