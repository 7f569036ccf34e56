package io.cachepot.config.source;

import io.cachepot.config.ByteSize;
import io.cachepot.config.ConfigException;
import io.cachepot.config.Secret;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Reads the keys of one table. Each key that is asked for is a key there is; {@link #finish}
 * refuses the others. Text from the environment or a flag is taken for any type that it can be read
 * as.
 */
final class TableReader {
    private static final String WHOLE = "a whole number";
    private static final String TRUTH = "true or false";
    private static final String PATH = "a path";

    private final Findings findings;
    private final String path;
    private final Value.Table table;
    private final Set<String> asked = new LinkedHashSet<>();
    private final Map<String, String> renamed = new LinkedHashMap<>();
    private final List<TableReader> inner = new ArrayList<>();

    /** A mistake about the table as a whole is noted; what it lacks is no news. */
    private boolean isMute;

    private TableReader(Findings findings, String path, Value.Table table, boolean isMute) {
        this.findings = findings;
        this.path = path;
        this.table = table;
        this.isMute = isMute;
    }

    static TableReader root(Findings findings, Value.Table table) {
        return new TableReader(findings, "", table, false);
    }

    /** One way to fill a table that has a {@code type}. */
    record Variant<T>(String type, Function<TableReader, Read<T>> reader) {}

    Read<String> text(String key) {
        return text(key, "text", text -> text);
    }

    Read<Secret> secret(String key) {
        var entry = table.entries().get(key);
        if (entry != null) {
            findings.secret(entry.origin());
        }
        return text(key, "text", Secret::of);
    }

    /** A relative path that comes from a shell is relative to where the shell is. */
    Read<Path> path(String key) {
        return value(key, PATH, this::pathOf);
    }

    private Path pathOf(Value value) {
        try {
            var path = Path.of(textOf(value, PATH));
            return value.origin() instanceof Origin.InFile ? path : path.toAbsolutePath();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("is not a path here, expected " + PATH, e);
        }
    }

    /**
     * Text that {@code parser} makes something of.
     *
     * @param parser throws an {@link IllegalArgumentException} whose message is the problem
     */
    <T> Read<T> text(String key, String expected, Function<String, T> parser) {
        return value(key, expected, value -> parser.apply(textOf(value, expected)));
    }

    private static String textOf(Value value, String expected) {
        if (value instanceof Value.Text text) {
            return text.text();
        }
        throw wrongType(value, expected);
    }

    private static IllegalArgumentException wrongType(Value value, String expected) {
        return new IllegalArgumentException("is " + value.describe() + ", expected " + expected);
    }

    Read<Integer> whole(String key) {
        return value(key, WHOLE, TableReader::wholeOf);
    }

    private static int wholeOf(Value value) {
        long number =
                switch (value) {
                    case Value.Whole whole -> whole.number();
                    case Value.Text text when isFromShell(text) -> number(text.text());
                    default -> throw wrongType(value, WHOLE);
                };
        if (Math.abs(number) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "is " + number + ", expected at most " + Integer.MAX_VALUE);
        }
        return (int) number;
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is '" + text + "', expected " + WHOLE, e);
        }
    }

    private static boolean isFromShell(Value value) {
        return !(value.origin() instanceof Origin.InFile);
    }

    Read<Duration> seconds(String key) {
        return value(key, WHOLE, value -> Duration.ofSeconds(wholeOf(value)));
    }

    /** Bytes, with or without a unit. */
    Read<Long> size(String key) {
        return value(
                key,
                ByteSize.EXPECTED,
                value ->
                        value instanceof Value.Whole whole
                                ? whole.number()
                                : ByteSize.parse(textOf(value, ByteSize.EXPECTED)));
    }

    Read<Boolean> truth(String key) {
        return value(key, TRUTH, TableReader::truthOf);
    }

    private static boolean truthOf(Value value) {
        return switch (value) {
            case Value.Truth truth -> truth.isTrue();
            case Value.Text text when isFromShell(text) -> isTrue(text.text());
            default -> throw wrongType(value, TRUTH);
        };
    }

    private static boolean isTrue(String text) {
        return switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new IllegalArgumentException("is '" + text + "', expected " + TRUTH);
        };
    }

    /** A list of texts; from a shell separated by commas. */
    <T> Read<List<T>> list(String key, String expected, Function<String, T> parser) {
        return elements(key, "a list of " + expected, expected, false, parser);
    }

    /** A list of texts, or a text alone. */
    <T> Read<List<T>> oneOrList(String key, String expected, Function<String, T> parser) {
        return elements(key, expected + " or a list of those", expected, true, parser);
    }

    private <T> Read<List<T>> elements(
            String key,
            String expected,
            String one,
            boolean isOneEnough,
            Function<String, T> parser) {
        Read<List<Value>> elements =
                value(
                        key,
                        expected,
                        value ->
                                switch (value) {
                                    case Value.Elements list -> list.elements();
                                    case Value.Text text when isFromShell(text) -> split(text);
                                    case Value.Text text when isOneEnough -> List.of(text);
                                    default -> throw wrongType(value, expected);
                                });
        return elements.then(list -> parseAll(key, list, one, parser));
    }

    private static List<Value> split(Value.Text text) {
        var parts = new ArrayList<Value>();
        for (var part : text.text().split(",", -1)) {
            parts.add(new Value.Text(part.strip(), text.origin()));
        }
        return parts;
    }

    private <T> Read<List<T>> parseAll(
            String key, List<Value> values, String expected, Function<String, T> parser) {
        var parsed = new ArrayList<T>();
        for (var value : values) {
            switch (parse(key, value, v -> parser.apply(textOf(v, expected)))) {
                case Read.Given<T>(var element) -> parsed.add(element);
                case Read.Absent<T> _,
                        Read.Failed<T> _ -> {} // noted; the others are still looked at
            }
        }
        return parsed.size() == values.size()
                ? new Read.Given<>(List.copyOf(parsed))
                : new Read.Failed<>();
    }

    private <T> Read<T> value(String key, String expected, Function<Value, T> parser) {
        ask(key);
        var entry = table.entries().get(key);
        findings.origin(dotted(key), entry == null ? new Origin.Default() : entry.origin());
        return entry == null ? new Read.Absent<>(this, key, expected) : parse(key, entry, parser);
    }

    private void ask(String key) {
        asked.add(key);
        findings.key(dotted(key));
    }

    private String dotted(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private <T> Read<T> parse(String key, Value value, Function<Value, T> parser) {
        try {
            return new Read.Given<>(parser.apply(value));
        } catch (IllegalArgumentException e) {
            findings.mistake(value.origin(), dotted(key), String.valueOf(e.getMessage()));
            return new Read.Failed<>();
        }
    }

    /** Notes that {@code key} is not there. */
    void missing(String key, String expected) {
        if (!isMute) {
            findings.missing(table.origin(), dotted(key), expected);
        }
    }

    /** Refuses {@code old}, telling its new name. */
    void renamed(String old, String now) {
        renamed.put(old, now);
    }

    boolean has(String key) {
        return table.entries().containsKey(key);
    }

    /** The table there; if there is none, an empty one. */
    TableReader table(String key) {
        ask(key);
        return switch (table.entries().get(key)) {
            case null -> inner(dotted(key), new Value.Table(Map.of(), table.origin()), isMute);
            case Value.Table entry -> inner(dotted(key), entry, false);
            case Value other -> {
                findings.mistake(
                        other.origin(), dotted(key), wrongType(other, "a table").getMessage() + "");
                yield inner(dotted(key), new Value.Table(Map.of(), other.origin()), true);
            }
        };
    }

    private TableReader inner(String innerPath, Value.Table entry, boolean isInnerMute) {
        var reader = new TableReader(findings, innerPath, entry, isInnerMute);
        inner.add(reader);
        return reader;
    }

    Optional<TableReader> optionalTable(String key) {
        ask(key);
        return has(key) ? Optional.of(table(key)) : Optional.empty();
    }

    /** The table under whichever of two names; both at once is a mistake, and so is none. */
    TableReader requiredTable(String key, String otherName) {
        ask(otherName);
        if (has(key) && has(otherName)) {
            findings.mistake(
                    originOf(otherName),
                    dotted(otherName),
                    "is another name of " + dotted(key) + ", expected one of the two");
        }
        return !has(key) && has(otherName) ? table(otherName) : requiredTable(key);
    }

    TableReader requiredTable(String key) {
        if (has(key)) {
            return table(key);
        }
        ask(key);
        missing(key, "a table");
        return inner(dotted(key), new Value.Table(Map.of(), table.origin()), true);
    }

    /** A list of tables; none if there is no such key. */
    List<TableReader> tables(String key) {
        Read<List<Value>> elements =
                value(
                        key,
                        "a list of tables",
                        value -> {
                            if (value instanceof Value.Elements list) {
                                return list.elements();
                            }
                            throw wrongType(value, "a list of tables");
                        });
        var readers = new ArrayList<TableReader>();
        for (var element : elements.or(List.of()).get()) {
            var name = dotted(key) + "[" + readers.size() + "]";
            if (element instanceof Value.Table entry) {
                readers.add(inner(name, entry, false));
            } else {
                findings.mistake(
                        element.origin(), name, "is " + element.describe() + ", expected a table");
            }
        }
        return readers;
    }

    /** What this table is by its key {@code type}. */
    <T> Read<T> choice(List<Variant<T>> variants) {
        var names = variants.stream().map(Variant::type).toList();
        var chosen =
                text(
                                "type",
                                "one of " + String.join(", ", names),
                                name -> pick(name, variants, names))
                        .required();
        isMute |= chosen instanceof Read.Failed<Variant<T>>;
        return chosen.then(variant -> variant.reader().apply(this));
    }

    private static <T> Variant<T> pick(String name, List<Variant<T>> variants, List<String> names) {
        for (var variant : variants) {
            if (variant.type().equals(name)) {
                return variant;
            }
        }
        throw new IllegalArgumentException(
                "is '"
                        + name
                        + "', expected "
                        + Suggestion.nearest(name, names)
                                .map(near -> "'" + near + "'")
                                .orElse("one of " + String.join(", ", names)));
    }

    /** Notes a mistake about {@code key}, which is there or whose table is. */
    <T> Read<T> refuse(String key, String problem) {
        findings.mistake(originOf(key), dotted(key), problem);
        isMute = true;
        return new Read.Failed<>();
    }

    private Origin originOf(String key) {
        var entry = table.entries().get(key);
        return entry == null ? table.origin() : entry.origin();
    }

    /** Makes a record of what was read; what its constructor says is noted at the key's place. */
    <T> Read<T> build(Supplier<T> constructor) {
        try {
            return new Read.Given<>(constructor.get());
        } catch (Read.NotGivenException _) { // noted where it was read
            return new Read.Failed<>();
        } catch (ConfigException e) {
            e.mistakes()
                    .forEach(mistake ->
                            findings.mistake(
                                    originOf(mistake.key()),
                                    dotted(mistake.key()),
                                    mistake.problem()));
            return new Read.Failed<>();
        }
    }

    /** Notes all keys that nobody asked for, here and below. Last, when all have been asked for. */
    void finish() {
        if (!isMute) {
            table.entries().forEach(this::checkAsked);
        }
        inner.forEach(TableReader::finish);
    }

    private void checkAsked(String key, Value value) {
        if (!asked.contains(key)) {
            findings.mistake(value.origin(), dotted(key), notAKey(key));
        }
    }

    private String notAKey(String key) {
        var now = renamed.get(key);
        if (now != null) {
            return "was renamed, expected " + now;
        }
        var near = Suggestion.nearest(key, asked).map(this::dotted).or(() -> elsewhere(key));
        return "is not a setting, expected "
                + near.orElseGet(() ->
                        asked.stream().sorted().collect(Collectors.joining(", ", "one of ", "")));
    }

    private Optional<String> elsewhere(String key) {
        return findings.keys().stream().filter(known -> known.endsWith("." + key)).findFirst();
    }
}
