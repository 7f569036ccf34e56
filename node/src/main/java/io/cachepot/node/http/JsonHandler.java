package io.cachepot.node.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.Executor;

/**
 * One message in, one message out, on a virtual thread: a call may wait as long as it likes. The
 * body is read before, so that nobody waits inside the HTTP library, which keeps a selector for
 * each thread that does.
 */
final class JsonHandler implements HttpHandler {
    private static final int BYTES_MAX = 4 << 20;
    private static final Problem TOO_LARGE =
            Problem.of(
                    StatusCodes.REQUEST_ENTITY_TOO_LARGE,
                    "too_large",
                    "the message is larger than " + BYTES_MAX + " bytes");

    private final Executor threads;
    private final Call call;

    /** Answers one request. */
    @FunctionalInterface
    interface Call {
        /**
         * Does what {@code body} asks for.
         *
         * @return the answer's message
         */
        Object answer(HttpServerExchange exchange, byte[] body) throws Exception;
    }

    JsonHandler(Executor threads, Call call) {
        this.threads = threads;
        this.call = call;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        Body body = new Body();
        exchange.getRequestReceiver()
                .receivePartialBytes(
                        (_, chunk, last) -> {
                            if (body.isTooMuch(chunk)) {
                                UnwantedBody.hangUp(exchange);
                            } else if (last) {
                                exchange.dispatch(threads, () -> answer(exchange, body));
                            }
                        },
                        (_, _) -> exchange.endExchange());
    }

    /** What arrived so far; no more of it is kept than a message may be long. */
    private static final class Body {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final UnwantedBody rest = new UnwantedBody();
        private boolean tooLarge;

        boolean isTooMuch(byte[] chunk) {
            tooLarge |= kept.size() + chunk.length > BYTES_MAX;
            if (tooLarge) {
                return rest.isTooMuch(chunk.length);
            }
            kept.writeBytes(chunk);
            return false;
        }
    }

    private void answer(HttpServerExchange exchange, Body body) {
        if (body.tooLarge) {
            Answers.send(exchange, TOO_LARGE);
            return;
        }
        try {
            Answers.send(exchange, call.answer(exchange, body.kept.toByteArray()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Answers.send(exchange, Problem.of(exchange, e));
        } catch (Exception e) { // the root of this thread: every request gets an answer
            Answers.send(exchange, Problem.of(exchange, e));
        }
    }
}
