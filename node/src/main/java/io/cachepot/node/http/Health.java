package io.cachepot.node.http;

import io.cachepot.protocol.http.Routes;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RoutingHandler;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.util.List;
import java.util.function.Supplier;

/** Whether a node is alive, and whether it is of use: for clients, load balancers and systemd. */
final class Health {
    private Health() {}

    /**
     * Adds both routes to {@code routes}.
     *
     * @param troubles why the node is of no use now; it is quick
     */
    static RoutingHandler addTo(RoutingHandler routes, Supplier<List<String>> troubles) {
        return routes.get(Routes.LIVE, exchange -> send(exchange, "alive"))
                .get(Routes.READY, ready(troubles));
    }

    private static HttpHandler ready(Supplier<List<String>> troubles) {
        return exchange -> {
            List<String> reasons = troubles.get();
            if (!reasons.isEmpty()) {
                exchange.setStatusCode(StatusCodes.SERVICE_UNAVAILABLE);
                exchange.getResponseHeaders().put(Headers.RETRY_AFTER, 1);
            }
            send(exchange, reasons.isEmpty() ? "ready" : String.join("\n", reasons));
        };
    }

    private static void send(HttpServerExchange exchange, String text) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
        exchange.getResponseSender().send(text + "\n");
    }
}
