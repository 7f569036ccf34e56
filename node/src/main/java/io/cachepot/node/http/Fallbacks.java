package io.cachepot.node.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;

/** Answers to what is no route. */
final class Fallbacks {
    private Fallbacks() {}

    static void unknownPath(HttpServerExchange exchange) {
        Answers.send(
                exchange,
                Problem.of(
                        StatusCodes.NOT_FOUND,
                        "not_found",
                        "nothing is served at '"
                                + exchange.getRequestPath()
                                + "'; is this the address of a scheduler where a worker is expected,"
                                + " or the other way round?"));
    }

    static void wrongMethod(HttpServerExchange exchange) {
        Answers.send(
                exchange,
                Problem.of(
                        StatusCodes.METHOD_NOT_ALLOWED,
                        "method_not_allowed",
                        exchange.getRequestMethod()
                                + " is not served at '"
                                + exchange.getRequestPath()
                                + "'"));
    }
}
