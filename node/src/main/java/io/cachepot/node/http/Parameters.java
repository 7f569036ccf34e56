package io.cachepot.node.http;

import io.cachepot.protocol.wire.WireException;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.PathTemplateMatch;
import java.util.function.Function;

/** The one parameter that our paths have, at their end. */
final class Parameters {
    private static final String NAME = "id";

    /** What stands behind a route that has it. */
    static final String PATTERN = "/{" + NAME + "}";

    private Parameters() {}

    /**
     * Reads it.
     *
     * @throws WireException when it is not what {@code type} takes
     */
    static <T> T of(HttpServerExchange exchange, Function<String, T> type) {
        var match = exchange.getAttachment(PathTemplateMatch.ATTACHMENT_KEY);
        try {
            return type.apply(match.getParameters().getOrDefault(NAME, ""));
        } catch (IllegalArgumentException e) {
            throw new WireException(String.valueOf(e.getMessage()), e);
        }
    }
}
