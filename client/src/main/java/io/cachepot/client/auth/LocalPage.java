package io.cachepot.client.auth;

import static java.lang.System.Logger.Level.DEBUG;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cachepot.protocol.wire.Json;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The page on this machine where a sign-in begins and ends: on loopback, for as long as it takes.
 *
 * <pre>
 * /                  sends the browser to the provider
 * /auth_detail.json  where that is
 * /redirect          where the provider sends it back; a token in the fragment goes on to
 * /save_auth         by POST
 * </pre>
 */
final class LocalPage implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LocalPage.class.getName());

    /** Known to identity providers as addresses to come back to. */
    private static final List<Integer> PORTS = List.of(12731, 32492, 56909);

    private static final int BODY_BYTES_MAX = 64 << 10;
    private static final int ANSWERS_MAX = 100;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>(ANSWERS_MAX);

    /** Set before the first browser comes. */
    private volatile String address = "";

    /** What a browser brought, and what it is told. */
    static final class Answer {
        private final Map<String, String> values;
        private final BlockingQueue<String> told = new LinkedBlockingQueue<>(1);

        Answer(Map<String, String> values) {
            this.values = values;
        }

        Map<String, String> values() {
            return values;
        }

        /** To be called once. */
        void tell(String words) {
            told.offer(words);
        }
    }

    /**
     * Listens at the first port that is free.
     *
     * @throws IOException when none is
     */
    LocalPage() throws IOException {
        server = listen();
        server.setExecutor(threads);
        server.createContext("/", this::serve);
    }

    private static HttpServer listen() throws IOException {
        for (int port : PORTS) {
            try {
                return HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            } catch (BindException e) {
                LOG.log(DEBUG, "port taken: {0}: {1}", port, e.getMessage());
            }
        }
        throw new IOException(
                "the ports that the identity provider knows are all in use here: "
                        + PORTS
                        + "; stop what listens at one of them");
    }

    /** {@code http://localhost:PORT}. */
    String root() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** Sends browsers to {@code address} from now on. */
    void start(String address) {
        this.address = address;
        server.start();
    }

    /** Waits for what a browser brings. */
    Answer await() throws InterruptedException {
        return answers.take();
    }

    /** Takes what somebody pasted, as if a browser had brought it. */
    void paste(Answer answer) {
        answers.offer(answer);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!LoopbackName.isUsedIn(exchange)) {
                int port = server.getAddress().getPort();
                send(exchange, 403, "text/plain", "this page is localhost:" + port);
                return;
            }
            String what = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            switch (what) {
                case "GET /" -> send(exchange, 200, "text/html", Pages.START);
                case "GET /auth_detail.json" ->
                        send(
                                exchange,
                                200,
                                "application/json",
                                new String(
                                        Json.encode(Map.of("auth_url", address)),
                                        StandardCharsets.UTF_8));
                case "GET /page.js" -> send(exchange, 200, "text/javascript", Pages.SCRIPT);
                case "GET /page.css" -> send(exchange, 200, "text/css", Pages.STYLE);
                case "GET /redirect" -> redirected(exchange);
                case "POST /save_auth" ->
                        bring(exchange, new String(body(exchange), StandardCharsets.UTF_8));
                default -> send(exchange, 404, "text/plain", "nothing is here");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        return exchange.getRequestBody().readNBytes(BODY_BYTES_MAX);
    }

    /** Without a query all is in the fragment, which only the page's script can see. */
    private void redirected(HttpExchange exchange) throws IOException, InterruptedException {
        String query = exchange.getRequestURI().getRawQuery();
        if (query == null || query.isEmpty()) {
            send(exchange, 200, "text/html", Pages.FRAGMENT);
        } else {
            bring(exchange, query);
        }
    }

    private void bring(HttpExchange exchange, String form)
            throws IOException, InterruptedException {
        var answer = new Answer(values(form));
        if (!answers.offer(answer)) {
            send(exchange, 429, "text/plain", "too many answers");
            return;
        }
        send(exchange, 200, "text/html", Pages.done(answer.told.take()));
    }

    /** Of a form, {@code application/x-www-form-urlencoded}; of two of one name the first. */
    static Map<String, String> values(String form) {
        var values = new HashMap<String, String>();
        for (String pair : form.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                try {
                    values.putIfAbsent(
                            decoded(pair.substring(0, equals)),
                            decoded(pair.substring(equals + 1)));
                } catch (IllegalArgumentException e) {
                    LOG.log(DEBUG, "not understood in a form: {0}", e.getMessage());
                }
            }
        }
        return values;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static void send(HttpExchange exchange, int status, String type, String text)
            throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type + "; charset=utf-8");
        headers.set("Cache-Control", "no-store");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                        + " frame-ancestors 'none'; base-uri 'none'");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(1);
        threads.shutdownNow();
    }
}
