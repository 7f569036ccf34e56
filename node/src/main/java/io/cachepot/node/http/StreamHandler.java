package io.cachepot.node.http;

import static java.lang.System.Logger.Level.DEBUG;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;

/**
 * Bodies of any size in and out. Runs on the server's own threads, of which there are as many as
 * streams at once: the HTTP library keeps a selector for each thread that waits for a body.
 */
final class StreamHandler implements HttpHandler {
    private static final System.Logger LOG = System.getLogger(StreamHandler.class.getName());

    private final Call call;

    /** Serves one request; streams are the exchange's. */
    @FunctionalInterface
    interface Call {
        void serve(HttpServerExchange exchange) throws Exception;
    }

    StreamHandler(Call call) {
        this.call = call;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        exchange.dispatch(() -> serve(exchange));
    }

    private void serve(HttpServerExchange exchange) {
        exchange.startBlocking();
        try {
            call.serve(exchange);
            exchange.endExchange();
        } catch (IOException e) {
            LOG.log(DEBUG, "peer went away: {0}: {1}", Answers.peer(exchange), e.toString());
            UnwantedBody.hangUp(exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            UnwantedBody.hangUp(exchange);
        } catch (Exception e) { // the root of this thread: every request gets an answer
            Problem problem = Problem.of(exchange, e);
            if (exchange.isResponseStarted()) {
                UnwantedBody.hangUp(exchange);
            } else {
                UnwantedBody.discard(exchange.getInputStream());
                exchange.setPersistent(false);
                Answers.send(exchange, problem);
            }
        }
    }
}
