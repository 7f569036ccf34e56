package io.cachepot.node.http;

import io.cachepot.config.AddressRange;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a request comes from when a proxy is in front: {@code X-Forwarded-For} is read from behind,
 * past the proxies that are trusted; the first address before them is the peer. From anybody else
 * the header is of no effect.
 */
final class ForwardedHandler implements HttpHandler {
    private final HttpHandler next;
    private final List<AddressRange> proxies;

    ForwardedHandler(HttpHandler next, List<AddressRange> proxies) {
        this.next = next;
        this.proxies = List.copyOf(proxies);
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        InetAddress peer = exchange.getSourceAddress().getAddress();
        HeaderValues forwarded = exchange.getRequestHeaders().get(Headers.X_FORWARDED_FOR);
        if (forwarded != null && peer != null && isTrusted(peer)) {
            exchange.setSourceAddress(
                    new InetSocketAddress(
                            origin(addresses(forwarded), peer),
                            exchange.getSourceAddress().getPort()));
        }
        next.handleRequest(exchange);
    }

    private boolean isTrusted(InetAddress address) {
        return AddressRange.isInAny(proxies, address);
    }

    private InetAddress origin(List<String> addresses, InetAddress peer) {
        InetAddress origin = peer;
        for (String each : addresses.reversed()) {
            try {
                origin = InetAddress.ofLiteral(each);
            } catch (IllegalArgumentException _) {
                return origin; // what stands before it, nobody vouches for
            }
            if (!isTrusted(origin)) {
                return origin;
            }
        }
        return origin;
    }

    private static List<String> addresses(HeaderValues headers) {
        var addresses = new ArrayList<String>();
        for (String header : headers) {
            for (String each : header.split(",", -1)) {
                addresses.add(each.strip());
            }
        }
        return addresses;
    }
}
