package io.cachepot.node.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One message in, one message out, on a virtual thread: a call may wait as long as it likes. The
 * body is read before, so that nobody waits inside the HTTP library, which keeps a selector for
 * each thread that does. Of somebody who was not let in yet only a small body is kept.
 *
 * @param <T> who comes
 */
final class JsonHandler<T> implements HttpHandler {
    private static final int BYTES_MAX = 4 << 20;

    /** Most messages are smaller; these need not wait for the door first. */
    private static final int UNCHECKED_BYTES_MAX = 64 << 10;

    private static final Problem TOO_LARGE =
            Problem.of(
                    StatusCodes.REQUEST_ENTITY_TOO_LARGE,
                    "too_large",
                    "the message is larger than " + BYTES_MAX + " bytes");

    private final Executor threads;
    private final Door<T> door;
    private final Call<T> call;

    /** Lets requests in. */
    @FunctionalInterface
    interface Door<T> {
        /**
         * Who comes. May wait for whoever knows.
         *
         * @throws RuntimeException when it is not let in
         */
        T check(HttpServerExchange exchange);
    }

    /** Answers one request. */
    @FunctionalInterface
    interface Call<T> {
        /**
         * Does what {@code body} asks for.
         *
         * @return the answer's message
         */
        Object answer(HttpServerExchange exchange, T who, byte[] body) throws Exception;
    }

    JsonHandler(Executor threads, Door<T> door, Call<T> call) {
        this.threads = threads;
        this.door = door;
        this.call = call;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        if (isSmall(exchange)) {
            receive(exchange, new Body<>(null, null));
        } else {
            exchange.dispatch(threads, () -> checkAndReceive(exchange));
        }
    }

    private static boolean isSmall(HttpServerExchange exchange) {
        long length = exchange.getRequestContentLength();
        return length < 0 ? exchange.isRequestComplete() : length <= UNCHECKED_BYTES_MAX;
    }

    private void checkAndReceive(HttpServerExchange exchange) {
        Body<T> body = checked(exchange);
        exchange.dispatch(exchange.getIoThread(), () -> receive(exchange, body));
    }

    private Body<T> checked(HttpServerExchange exchange) {
        try {
            return new Body<>(door.check(exchange), null);
        } catch (RuntimeException e) {
            return new Body<>(null, Problem.of(exchange, e));
        }
    }

    private void receive(HttpServerExchange exchange, Body<T> body) {
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
    private static final class Body<T> {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final UnwantedBody rest = new UnwantedBody();
        private final @Nullable T who;
        private @Nullable Problem problem;

        /**
         * @param who sends it; null when that was not looked at yet
         * @param problem why none of it is kept
         */
        Body(@Nullable T who, @Nullable Problem problem) {
            this.who = who;
            this.problem = problem;
        }

        boolean isTooMuch(byte[] chunk) {
            if (problem == null && kept.size() + chunk.length > BYTES_MAX) {
                problem = TOO_LARGE;
            }
            if (problem != null) {
                return rest.isTooMuch(chunk.length);
            }
            kept.writeBytes(chunk);
            return false;
        }
    }

    private void answer(HttpServerExchange exchange, Body<T> body) {
        if (body.problem != null) {
            Answers.send(exchange, body.problem);
            return;
        }
        try {
            T who = body.who == null ? door.check(exchange) : body.who;
            Answers.send(exchange, call.answer(exchange, who, body.kept.toByteArray()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Answers.send(exchange, Problem.of(exchange, e));
        } catch (Exception e) { // the root of this thread: every request gets an answer
            Answers.send(exchange, Problem.of(exchange, e));
        }
    }
}
