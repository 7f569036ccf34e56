package io.cachepot.node.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets a page that came from another scheduler of the same cluster read answers here (Fetch
 * standard, section 3.3). Pages from elsewhere can not; a token is asked for all the same.
 */
final class OtherOrigins implements HttpHandler {
    private static final HttpString ALLOW_ORIGIN = new HttpString("Access-Control-Allow-Origin");
    private static final HttpString ALLOW_HEADERS = new HttpString("Access-Control-Allow-Headers");
    private static final HttpString ALLOW_METHODS = new HttpString("Access-Control-Allow-Methods");
    private static final HttpString MAX_AGE = new HttpString("Access-Control-Max-Age");
    private static final HttpString REQUEST_METHOD =
            new HttpString("Access-Control-Request-Method");
    private static final String ASKED_WITH =
            "Authorization, Last-Event-ID, " + io.cachepot.protocol.http.Headers.PROTOCOL;
    private static final String AN_HOUR = "3600";

    private final HttpHandler next;
    private final Supplier<List<String>> origins;

    /**
     * @param origins of the cluster's schedulers; it is quick
     */
    OtherOrigins(HttpHandler next, Supplier<List<String>> origins) {
        this.next = next;
        this.origins = origins;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        String origin = exchange.getRequestHeaders().getFirst(Headers.ORIGIN);
        if (!isOfCluster(origin)) {
            next.handleRequest(exchange);
            return;
        }
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(ALLOW_ORIGIN, origin);
        headers.put(Headers.VARY, "Origin");
        if (exchange.getRequestMethod().equals(Methods.OPTIONS)
                && exchange.getRequestHeaders().contains(REQUEST_METHOD)) {
            headers.put(ALLOW_METHODS, "GET, POST");
            headers.put(ALLOW_HEADERS, ASKED_WITH);
            headers.put(MAX_AGE, AN_HOUR);
            exchange.setStatusCode(StatusCodes.NO_CONTENT);
            exchange.endExchange();
            return;
        }
        next.handleRequest(exchange);
    }

    private boolean isOfCluster(@Nullable String origin) {
        return origin != null && origins.get().contains(origin);
    }
}
