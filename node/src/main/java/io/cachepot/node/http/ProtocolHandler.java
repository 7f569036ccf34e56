package io.cachepot.node.http;

import io.cachepot.protocol.ProtocolVersion;
import io.cachepot.protocol.http.Headers;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.util.Optional;

/**
 * Says in every answer which protocol version we speak, and lets only requests of that version
 * through. A request that changes nothing may leave it out: a browser or curl knows no version.
 */
final class ProtocolHandler implements HttpHandler {
    private static final HttpString PROTOCOL = new HttpString(Headers.PROTOCOL);

    private final HttpHandler next;
    private final FailedAttempts attempts = new FailedAttempts(System::nanoTime);

    ProtocolHandler(HttpHandler next) {
        this.next = next;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        attempts.attach(exchange);
        // Also what nobody reads is read to its end before the connection serves another request.
        exchange.setMaxEntitySize(UnwantedBody.BYTES_MAX);
        BodyLimit.watch(exchange);
        exchange.getResponseHeaders().put(PROTOCOL, ProtocolVersion.CURRENT);
        Optional<String> refusal = refusal(exchange);
        if (refusal.isPresent()) {
            Answers.send(
                    exchange,
                    Problem.of(StatusCodes.BAD_REQUEST, "unsupported_protocol", refusal.get()));
        } else {
            next.handleRequest(exchange);
        }
    }

    private static Optional<String> refusal(HttpServerExchange exchange) {
        String version = exchange.getRequestHeaders().getFirst(PROTOCOL);
        if (version != null) {
            return ProtocolVersion.refusal("the peer", version);
        }
        boolean isReading =
                exchange.getRequestMethod().equalToString("GET")
                        || exchange.getRequestMethod().equalToString("HEAD");
        return isReading
                ? Optional.empty()
                : Optional.of(
                        "the request has no header "
                                + Headers.PROTOCOL
                                + ", expected "
                                + ProtocolVersion.CURRENT);
    }
}
