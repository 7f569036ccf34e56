package io.cachepot.config.source;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseOptions;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Turns TOML into values that know their place. */
final class TomlSource {
    private static final int NESTING_DEPTH_MAX = 32;
    private static final TomlParseOptions OPTIONS =
            TomlParseOptions.sourceless().withMaxNestingDepth(NESTING_DEPTH_MAX);
    private static final String UNEXPECTED = "Unexpected ";
    private static final String EXPECTED = ", expected ";

    private final Path file;

    private TomlSource(Path file) {
        this.file = file;
    }

    /**
     * Reads {@code text}.
     *
     * @throws io.cachepot.config.ConfigException if it is not TOML; tells the first place
     */
    static Value.Table parse(Path file, String text) {
        var source = new TomlSource(file);
        var result = Toml.parse(text, OPTIONS);
        var first =
                result.errors().stream()
                        .min(
                                Comparator.<TomlParseError>comparingInt(e -> e.position().line())
                                        .thenComparingInt(e -> e.position().column()));
        if (first.isPresent()) {
            throw Malformed.at(
                    source.at(first.get().position()), "TOML", withoutContent(first.get()));
        }
        return source.table(result, new Origin.InFile(file, 1, 1));
    }

    /** The parser quotes what it stumbled over; that may be a token without its quotes. */
    private static String withoutContent(TomlParseError error) {
        var message = String.valueOf(error.getMessage());
        int expected = message.indexOf(EXPECTED);
        if (message.startsWith(UNEXPECTED) && expected >= 0) {
            var what = message.startsWith("Unexpected end") ? "unexpected end" : "unexpected text";
            return what + message.substring(message.lastIndexOf(EXPECTED));
        }
        return message.contains(" previously defined ")
                ? message
                : message.split("[:'(]", 2)[0].strip();
    }

    private Origin.InFile at(TomlPosition position) {
        return new Origin.InFile(file, position.line(), position.column());
    }

    private Value.Table table(TomlTable table, Origin origin) {
        var entries = new LinkedHashMap<String, Value>();
        for (var key : table.keySet()) {
            var path = List.of(key);
            entries.put(
                    key,
                    value(
                            requireNonNull(table.get(path)),
                            at(requireNonNull(table.inputPositionOf(path)))));
        }
        return new Value.Table(entries, origin);
    }

    private Value value(Object value, Origin origin) {
        return switch (value) {
            case String text -> new Value.Text(text, origin);
            case Long number -> new Value.Whole(number, origin);
            case Boolean isTrue -> new Value.Truth(isTrue, origin);
            case TomlTable table -> table(table, origin);
            case TomlArray array -> elements(array, origin);
            case Double _ -> new Value.Other("a number with a fraction", origin);
            default -> new Value.Other("a date or time", origin);
        };
    }

    private Value elements(TomlArray array, Origin origin) {
        var elements = new ArrayList<Value>();
        for (int i = 0; i < array.size(); i++) {
            elements.add(value(array.get(i), at(requireNonNull(array.inputPositionOf(i)))));
        }
        return new Value.Elements(elements, origin);
    }
}
