package io.cachepot.node.http;

import io.cachepot.protocol.wire.Json;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;

/** Sends answers, most of which are one JSON message. */
final class Answers {
    private Answers() {}

    static void send(HttpServerExchange exchange, Object message) {
        if (message instanceof Text(var contentType, var text)) {
            exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, contentType);
            exchange.getResponseSender().send(text);
            return;
        }
        exchange.getResponseHeaders()
                .put(Headers.CONTENT_TYPE, io.cachepot.protocol.http.Headers.JSON);
        exchange.getResponseSender().send(ByteBuffer.wrap(Json.encode(message)));
    }

    static void send(HttpServerExchange exchange, Problem problem) {
        problem.log(peer(exchange), exchange.getRequestPath());
        exchange.setStatusCode(problem.status());
        if (problem.status() == StatusCodes.UNAUTHORIZED) {
            exchange.getResponseHeaders()
                    .put(Headers.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
        }
        if (problem.status() == StatusCodes.SERVICE_UNAVAILABLE) {
            exchange.getResponseHeaders().put(Headers.RETRY_AFTER, 1);
        }
        send(exchange, problem.body());
    }

    static String peer(HttpServerExchange exchange) {
        return String.valueOf(exchange.getSourceAddress());
    }
}
