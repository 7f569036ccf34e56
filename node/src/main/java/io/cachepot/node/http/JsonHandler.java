package io.cachepot.node.http;

import io.undertow.io.Receiver;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.util.concurrent.Executor;

/**
 * One message in, one message out, on a virtual thread: a call may wait as long as it likes. The
 * body is read before, so that nobody waits inside the HTTP library, which keeps a selector for
 * each thread that does.
 */
final class JsonHandler implements HttpHandler {
    private static final int BYTES_MAX = 4 << 20;

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
        if (exchange.getRequestContentLength() > BYTES_MAX) {
            tooLarge(exchange);
            return;
        }
        Receiver receiver = exchange.getRequestReceiver();
        receiver.setMaxBufferSize(BYTES_MAX);
        receiver.receiveFullBytes(
                (_, body) -> exchange.dispatch(threads, () -> answer(exchange, body)),
                (_, failure) -> {
                    if (failure instanceof Receiver.RequestToLargeException) {
                        tooLarge(exchange);
                    } else {
                        exchange.endExchange();
                    }
                });
    }

    private static void tooLarge(HttpServerExchange exchange) {
        exchange.setPersistent(false);
        Answers.send(
                exchange,
                Problem.of(
                        StatusCodes.REQUEST_ENTITY_TOO_LARGE,
                        "too_large",
                        "the message is larger than " + BYTES_MAX + " bytes"));
    }

    private void answer(HttpServerExchange exchange, byte[] body) {
        try {
            Answers.send(exchange, call.answer(exchange, body));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Answers.send(exchange, Problem.of(Answers.peer(exchange), e));
        } catch (Exception e) { // the root of this thread: every request gets an answer
            Answers.send(exchange, Problem.of(Answers.peer(exchange), e));
        }
    }
}
