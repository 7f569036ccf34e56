package io.cachepot.client.auth;

import com.sun.net.httpserver.HttpExchange;
import java.util.List;
import java.util.Locale;

/**
 * Whether a request to a port of loopback calls it by its own name. Another site's script reaches
 * the port by a name of that site (DNS rebinding).
 */
public final class LoopbackName {
    private LoopbackName() {}

    public static boolean isUsedIn(HttpExchange exchange) {
        String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
        int port = exchange.getLocalAddress().getPort();
        return List.of("localhost:" + port, "127.0.0.1:" + port)
                .contains(host.toLowerCase(Locale.ROOT));
    }
}
