package io.cachepot.node.http;

import static io.cachepot.protocol.http.Headers.AUTHORIZATION;
import static io.cachepot.protocol.http.Headers.BEARER;

import io.undertow.server.HttpServerExchange;

/** Reads what a peer shows. */
final class Bearers {
    private Bearers() {}

    /** The bearer token; empty when none is shown. */
    static String of(HttpServerExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst(AUTHORIZATION);
        boolean isBearer =
                header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length());
        return isBearer ? header.substring(BEARER.length()).strip() : "";
    }
}
