package io.cachepot.config.source;

import io.cachepot.config.AddressRange;
import io.cachepot.config.HostPort;
import io.cachepot.config.Key;
import io.cachepot.config.PublicAddress;
import io.cachepot.config.Secret;
import io.cachepot.config.logging.LogFilter;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Describes the settings of a role in Markdown, from its record: components are keys, records are
 * tables, sealed interfaces are tables with a type. Words come from the records' comments, defaults
 * from a record that was read from the shortest file there can be.
 */
final class SettingsReference {
    private static final Map<Class<?>, String> VALUES =
            Map.ofEntries(
                    Map.entry(String.class, "text"),
                    Map.entry(Secret.class, "text, secret"),
                    Map.entry(Path.class, "path"),
                    Map.entry(URI.class, "URL"),
                    Map.entry(HostPort.class, "host:port"),
                    Map.entry(PublicAddress.class, "host:port or URL"),
                    Map.entry(AddressRange.class, "address or range"),
                    Map.entry(Duration.class, "seconds"),
                    Map.entry(LogFilter.class, "log filter"),
                    Map.entry(BigInteger.class, "hexadecimal"),
                    Map.entry(boolean.class, "`true` or `false`"),
                    Map.entry(int.class, "number"),
                    Map.entry(Integer.class, "number"),
                    Map.entry(long.class, "bytes"));

    private final StringBuilder text = new StringBuilder();
    private final Set<String> keys = new LinkedHashSet<>();
    private final Set<String> required;
    private final Map<String, List<String>> variables;
    private final List<String> alone = new ArrayList<>();

    /**
     * @param required keys without which a file is refused
     * @param variables by key; empty for a role that has none
     */
    SettingsReference(Set<String> required, Map<String, List<String>> variables) {
        this.required = required;
        this.variables = variables;
    }

    /** Adds the tables of {@code settings}. */
    void add(Record settings) throws IOException {
        table("", settings.getClass(), settings);
        if (!alone.isEmpty()) {
            text.append("\n### By the environment alone\n\n");
            text.append("| variable | value | default | meaning |\n|---|---|---|---|\n");
            alone.forEach(text::append);
        }
    }

    /** All keys that were described, dotted; those that no file may hold are not among them. */
    Set<String> keys() {
        return keys;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private void table(String path, Class<?> type, @Nullable Object values) throws IOException {
        var docs = RecordDocs.of(type);
        var rows = new StringBuilder();
        var inner = new ArrayList<RecordComponent>();
        for (RecordComponent component : type.getRecordComponents()) {
            if (isTable(core(component.getGenericType()))) {
                inner.add(component);
            } else {
                row(rows, dotted(path, name(component)), component, docs, values);
            }
        }
        if (!rows.isEmpty()) {
            heading(path, docs.text());
            text.append("| key | value | default | ")
                    .append(variables.isEmpty() ? "" : "variable | ")
                    .append("meaning |\n|---|---|---|")
                    .append(variables.isEmpty() ? "" : "---|")
                    .append("---|\n")
                    .append(rows);
        }
        for (RecordComponent component : inner) {
            inner(path, component, docs, values);
        }
    }

    private void heading(String path, String words) {
        text.append("\n### ")
                .append(path.isEmpty() ? "At the top" : "`[" + path + "]`")
                .append("\n\n");
        if (!path.isEmpty()) {
            text.append(words).append("\n\n");
        }
    }

    private void row(
            StringBuilder rows,
            String key,
            RecordComponent component,
            RecordDocs docs,
            @Nullable Object values) {
        String value = value(component.getGenericType());
        String meaning = docs.component(component.getName());
        String fallback = fallback(key, component, values);
        if (EnvironmentSource.isAlone(key) || key.startsWith("cache.azure.")) {
            for (String variable : variables.getOrDefault(key, List.of())) {
                alone.add(line("`" + variable + "`", value, fallback, meaning));
            }
            return;
        }
        keys.add(key);
        String name = "`" + key.substring(key.lastIndexOf('.') + 1) + "`";
        rows.append(
                variables.isEmpty()
                        ? line(name, value, fallback, meaning)
                        : line(name, value, fallback, variable(key), meaning));
    }

    private String variable(String key) {
        var names = variables.getOrDefault(key, List.of());
        return names.isEmpty() ? "" : "`" + names.getLast() + "`";
    }

    private static String line(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private void inner(
            String path, RecordComponent component, RecordDocs docs, @Nullable Object values)
            throws IOException {
        Class<?> type = core(component.getGenericType());
        String key = dotted(path, name(component));
        if (type.isRecord()) {
            table(key, type, values == null ? null : valuesOf(type, get(component, values)));
        } else if (key.equals("cache.remotes")) {
            for (Class<?> variant : type.getPermittedSubclasses()) {
                if (variant.isRecord()) {
                    table(dotted(path, keyOf(variant)), variant, null);
                }
            }
        } else {
            choice(key, type, component, docs);
        }
    }

    /** Of a table that is not there, what it would be if it were empty. */
    private static @Nullable Object valuesOf(Class<?> type, Object given) {
        if (!(given instanceof Optional<?> optional)) {
            return given;
        }
        return optional.isPresent() ? optional.get() : defaultsOf(type);
    }

    private static @Nullable Object defaultsOf(Class<?> type) {
        for (Field field : type.getFields()) {
            if (field.getName().equals("DEFAULT")) {
                try {
                    return field.get(null);
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(field + " can not be read", e);
                }
            }
        }
        return null;
    }

    /** A table that its {@code type} makes one or another. */
    private void choice(String key, Class<?> type, RecordComponent component, RecordDocs docs)
            throws IOException {
        boolean isList = component.getType() == List.class;
        text.append("\n### `").append(isList ? "[[" + key + "]]" : "[" + key + "]").append("`\n\n");
        if (isList) {
            text.append("Tables, ").append(docs.component(component.getName())).append(". ");
        }
        text.append(isList ? "Their" : "Its").append(" `type` is one of these:\n");
        keys.add(key + ".type");
        for (Class<?> variant : type.getPermittedSubclasses()) {
            var variantDocs = RecordDocs.of(variant);
            text.append("\n`type = \"").append(keyOf(variant)).append("\"`: ");
            text.append(variantDocs.text()).append('\n');
            if (variant.getRecordComponents().length > 0) {
                text.append("\n| key | value | default | ")
                        .append(variables.isEmpty() ? "" : "variable | ")
                        .append("meaning |\n|---|---|---|")
                        .append(variables.isEmpty() ? "" : "---|")
                        .append("---|\n");
                var rows = new StringBuilder();
                for (RecordComponent each : variant.getRecordComponents()) {
                    row(rows, dotted(key, name(each)), each, variantDocs, null);
                }
                text.append(rows);
            }
        }
    }

    private static String keyOf(Class<?> variant) {
        return Objects.requireNonNull(variant.getAnnotation(Key.class), variant + " has no @Key")
                .value();
    }

    private static String dotted(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** {@code isSmallLocal} is {@code small_local}. */
    private static String name(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        if (key != null) {
            return key.value();
        }
        return component
                .getName()
                .replaceFirst("^is(?=[A-Z])", "")
                .replaceAll("(?<=.)([A-Z])", "_$1")
                .toLowerCase(Locale.ROOT);
    }

    private static boolean isTable(Class<?> type) {
        return !VALUES.containsKey(type) && (type.isRecord() || type.isSealed());
    }

    /** Of an optional or of a list, what is in it. */
    private static Class<?> core(Type type) {
        return type instanceof ParameterizedType outer
                ? (Class<?>) outer.getActualTypeArguments()[0]
                : (Class<?>) type;
    }

    private static String value(Type type) {
        Class<?> core = core(type);
        String one = core.isEnum() ? "text" : Objects.requireNonNull(VALUES.get(core), core + "");
        boolean isList =
                type instanceof ParameterizedType outer && outer.getRawType() == List.class;
        return isList ? "list: " + one : one;
    }

    private String fallback(String key, RecordComponent component, @Nullable Object values) {
        if (required.contains(key)) {
            return "required";
        }
        String told = SettingsReferenceTest.DEFAULTS.get(key);
        if (told != null) {
            return told;
        }
        if (values == null) {
            return component.getType() == Optional.class || component.getType() == List.class
                    ? "none"
                    : "required";
        }
        return shown(get(component, values), component);
    }

    private static Object get(RecordComponent component, Object values) {
        try {
            return component.getAccessor().invoke(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " can not be read", e);
        }
    }

    private static String shown(Object value, RecordComponent component) {
        return switch (value) {
            case Optional<?> none when none.isEmpty() -> "none";
            case Optional<?> some -> "`" + some.get() + "`";
            case Collection<?> none when none.isEmpty() -> "none";
            case Duration time -> "`" + time.toSeconds() + "`";
            case Long bytes -> "`" + (bytes >> 30) + "G`";
            case Enum<?> name -> "`" + name.name().toLowerCase(Locale.ROOT) + "`";
            case HostPort address when address.port() == 0 ->
                    "`" + address + "`, a port of the system's choice";
            case LogFilter _ -> "`info`, of a client `warn`";
            case Path path ->
                    "`" + path.toString().replace(SettingsReferenceTest.HOME.toString(), "~") + "`";
            case Boolean isTrue when component.getName().equals("isForeground") ->
                    isTrue ? "`1`" : "none";
            default -> "`" + value + "`";
        };
    }
}
