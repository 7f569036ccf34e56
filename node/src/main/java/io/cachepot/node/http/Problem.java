package io.cachepot.node.http;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.node.auth.AuthUnavailableException;
import io.cachepot.node.scheduler.UnavailableException;
import io.cachepot.node.scheduler.WorkerRefusedException;
import io.cachepot.protocol.ErrorBody;
import io.cachepot.protocol.Printable;
import io.cachepot.protocol.auth.TokenException;
import io.cachepot.protocol.wire.WireException;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;

/** What a peer is told when its request was not done. */
record Problem(int status, ErrorBody body) {
    private static final System.Logger LOG = System.getLogger(Problem.class.getName());

    private static final Problem TOO_MANY =
            of(
                    StatusCodes.TOO_MANY_REQUESTS,
                    "too_many_attempts",
                    "too many requests of this address were refused lately; the first of them were"
                            + " told why");

    /**
     * @param description may quote what a peer sent
     */
    static Problem of(int status, String error, String description) {
        return new Problem(status, new ErrorBody(error, Printable.of(description)));
    }

    static Problem badRequest(String description) {
        return of(StatusCodes.BAD_REQUEST, "bad_request", description);
    }

    /** What {@code e} means to the peer; what only we can mend is logged. */
    static Problem of(HttpServerExchange exchange, Exception e) {
        String peer = Answers.peer(exchange);
        String message = String.valueOf(e.getMessage());
        return switch (e) {
            case TokenException _ -> {
                if (!FailedAttempts.of(exchange).isBorne(exchange.getSourceAddress())) {
                    yield TOO_MANY;
                }
                LOG.log(WARNING, "refused: peer={0} reason={1}", peer, message);
                yield of(StatusCodes.UNAUTHORIZED, "unauthorized", message);
            }
            case AuthUnavailableException _ -> {
                LOG.log(WARNING, "not let in: peer={0} reason={1}", peer, message);
                yield of(StatusCodes.SERVICE_UNAVAILABLE, "unavailable", message);
            }
            case WorkerRefusedException _ -> {
                LOG.log(WARNING, "refused: peer={0} reason={1}", peer, message);
                yield badRequest(message);
            }
            case WireException _ -> badRequest(message);
            case UnavailableException _ ->
                    of(StatusCodes.SERVICE_UNAVAILABLE, "unavailable", message);
            case InterruptedException _ ->
                    of(StatusCodes.SERVICE_UNAVAILABLE, "unavailable", "the node is stopping");
            default -> {
                LOG.log(ERROR, "request failed: peer=" + peer, e);
                yield of(
                        StatusCodes.INTERNAL_SERVER_ERROR,
                        "internal",
                        "the node failed: " + e.getClass().getSimpleName() + ": " + message);
            }
        };
    }

    void log(String peer, String path) {
        LOG.log(
                DEBUG,
                "answered {0}: peer={1} path={2} reason={3}",
                status,
                peer,
                path,
                body.description());
    }
}
