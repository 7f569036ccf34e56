package io.cachepot.protocol.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;

/**
 * Control messages as JSON: snake_case names, absent or null members refused, unknown members
 * ignored so that a release may add some.
 */
public final class Json {
    /** Longest message; a job with 100 000 inputs has about 20 MB. */
    public static final int BYTES_MAX = 64 << 20;

    private static final ObjectMapper MAPPER = mapper();

    private Json() {}

    private static ObjectMapper mapper() {
        var constraints =
                StreamReadConstraints.builder()
                        .maxNestingDepth(16)
                        .maxStringLength(1 << 20)
                        .maxNumberLength(40)
                        .maxNameLength(1_000)
                        .maxDocumentLength(BYTES_MAX)
                        .build();
        var factory = JsonFactory.builder().streamReadConstraints(constraints).build();
        return JsonMapper.builder(factory)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .withCoercionConfig(
                        LogicalType.Textual,
                        coercion -> {
                            coercion.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                            coercion.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                            coercion.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
                        })
                .build();
    }

    public static byte[] encode(Object message) {
        try {
            return MAPPER.writeValueAsBytes(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("message can not be written: " + message.getClass(), e);
        }
    }

    /**
     * Reads one message.
     *
     * @throws WireException when {@code bytes} are not exactly one {@code type} within its bounds
     */
    public static <T> T decode(byte[] bytes, Class<T> type) {
        String name = type.getSimpleName();
        if (bytes.length > BYTES_MAX) {
            throw new WireException(
                    name + " has " + bytes.length + " bytes, expected at most " + BYTES_MAX);
        }
        T message;
        try {
            message = MAPPER.readValue(bytes, type);
        } catch (IOException e) {
            throw new WireException(name + " is malformed: " + reason(e), e);
        }
        if (message == null) {
            throw new WireException(name + " is null, expected an object");
        }
        return message;
    }

    /**
     * One line: our own check's sentence where there is one, else the parser's without its excerpt
     * of the source.
     */
    private static String reason(IOException e) {
        if (e instanceof ValueInstantiationException && e.getCause() != null) {
            return String.valueOf(e.getCause().getMessage());
        }
        String where = e instanceof JsonMappingException mapping ? at(mapping) : "";
        String message =
                e instanceof JsonProcessingException json
                        ? json.getOriginalMessage()
                        : e.getMessage();
        String line = String.valueOf(message).lines().findFirst().orElse("");
        // Which switch of the parser it was is of no use to the reader.
        return line.replaceFirst(" \\(index \\d+\\); `Deserialization.*", "") + where;
    }

    private static String at(JsonMappingException e) {
        var path = new StringBuilder();
        for (var reference : e.getPath()) {
            path.append('/');
            path.append(
                    reference.getFieldName() == null
                            ? Integer.toString(reference.getIndex())
                            : reference.getFieldName());
        }
        return path.isEmpty() ? "" : " (at " + path + ")";
    }
}
