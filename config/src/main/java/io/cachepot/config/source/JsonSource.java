package io.cachepot.config.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/** Turns JSON (RFC 8259) into values that know their place. */
final class JsonSource {
    private static final int NESTING_DEPTH_MAX = 32;
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(NESTING_DEPTH_MAX)
                                    .maxStringLength(ConfigFile.BYTES_MAX)
                                    .build())
                    .build();
    private static final String FORMAT = "JSON";

    private final Path file;
    private final JsonParser parser;

    private JsonSource(Path file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /**
     * Reads {@code text}, which is one object and nothing after it.
     *
     * @throws io.cachepot.config.ConfigException if it is not; tells the place
     */
    static Value.Table parse(Path file, String text) {
        try (var parser = FACTORY.createParser(text)) {
            return new JsonSource(file, parser).document();
        } catch (JsonProcessingException e) {
            throw Malformed.at(place(file, e.getLocation()), FORMAT, withoutContent(e));
        } catch (IOException e) {
            throw new IllegalStateException("nothing but memory was read", e);
        }
    }

    private static Origin.InFile place(Path file, JsonLocation location) {
        return location == null
                ? new Origin.InFile(file, 1, 1)
                : new Origin.InFile(
                        file,
                        location.getLineNr(),
                        Math.max(1, location.getColumnNr())); // 0 before the first token
    }

    /** The parser quotes what it stumbled over; that may be a token without its quotes. */
    private static String withoutContent(JsonProcessingException e) {
        var message = String.valueOf(e.getOriginalMessage());
        if (message.startsWith("Unexpected end")) {
            return "unexpected end";
        }
        return message.contains("nesting depth") ? "nesting is too deep" : "unexpected text";
    }

    private Value.Table document() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw Malformed.at(here(), FORMAT, "unexpected text, expected an object");
        }
        var table = table(here());
        if (parser.nextToken() != null) {
            throw Malformed.at(here(), FORMAT, "unexpected text, expected the end of the file");
        }
        return table;
    }

    private Origin.InFile here() {
        return place(file, parser.currentTokenLocation());
    }

    private Value.Table table(Origin origin) throws IOException {
        var entries = new LinkedHashMap<String, Value>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var key = parser.currentName();
            var keyPlace = here();
            parser.nextToken();
            if (entries.putIfAbsent(key, value(keyPlace)) != null) {
                throw Malformed.at(keyPlace, FORMAT, "'" + key + "' is there twice");
            }
        }
        return new Value.Table(entries, origin);
    }

    private Value value(Origin origin) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> table(origin);
            case START_ARRAY -> elements(origin);
            case VALUE_STRING -> new Value.Text(parser.getText(), origin);
            case VALUE_TRUE -> new Value.Truth(true, origin);
            case VALUE_FALSE -> new Value.Truth(false, origin);
            case VALUE_NUMBER_INT -> number(origin);
            case VALUE_NUMBER_FLOAT -> new Value.Other("a number with a fraction", origin);
            case VALUE_NULL -> new Value.Other("null", origin);
            case null, default -> throw Malformed.at(here(), FORMAT, "unexpected end");
        };
    }

    private Value number(Origin origin) throws IOException {
        return switch (parser.getNumberType()) {
            case INT, LONG -> new Value.Whole(parser.getLongValue(), origin);
            case BIG_INTEGER, BIG_DECIMAL, FLOAT, DOUBLE ->
                    throw Malformed.at(here(), FORMAT, "Integer is too large");
        };
    }

    private Value elements(Origin origin) throws IOException {
        var elements = new ArrayList<Value>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(here()));
        }
        return new Value.Elements(elements, origin);
    }
}
