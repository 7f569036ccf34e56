package io.cachepot.node.http;

import io.cachepot.config.ConsoleSignIn;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RoutingHandler;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The console's page and what it needs, all of it from the jar. Whoever reaches the port may have
 * them: they hold nothing of the cluster, and ask for a token.
 */
final class ConsoleFiles {
    private static final String OURS = "/io/cachepot/node/console/";
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final HttpString POLICY = new HttpString("Content-Security-Policy");
    private static final HttpString OPENER = new HttpString("Cross-Origin-Opener-Policy");
    private static final HttpString RESOURCE = new HttpString("Cross-Origin-Resource-Policy");
    private static final HttpString PERMISSIONS = new HttpString("Permissions-Policy");

    private final Supplier<List<String>> origins;
    private final Optional<ConsoleSignIn> signIn;

    private ConsoleFiles(Supplier<List<String>> origins, Optional<ConsoleSignIn> signIn) {
        this.origins = origins;
        this.signIn = signIn;
    }

    /**
     * Adds them to {@code routes}.
     *
     * @param origins of the schedulers, which the page asks when this one is gone
     * @param signIn where it gets a token; empty where people paste one
     */
    static void addTo(
            RoutingHandler routes, Supplier<List<String>> origins, Optional<ConsoleSignIn> signIn) {
        var files = new ConsoleFiles(origins, signIn);
        files.addPage(routes, OURS + "console.html");
        files.add(routes, "/console.css", OURS + "console.css", "text/css; charset=utf-8");
        files.add(routes, "/console.js", OURS + "console.js", "text/javascript; charset=utf-8");
        files.add(routes, "/icon.svg", OURS + "icon.svg", "image/svg+xml");
        files.add(routes, "/uplot.css", UPLOT + "uPlot.min.css", "text/css; charset=utf-8");
        files.add(
                routes, "/uplot.js", UPLOT + "uPlot.iife.min.js", "text/javascript; charset=utf-8");
    }

    private void add(RoutingHandler routes, String path, String resource, String contentType) {
        byte[] bytes = read(resource);
        HttpHandler handler = exchange -> send(exchange, bytes, contentType, asked());
        routes.get(path, handler);
    }

    /** The page is told whom it may ask, so that it knows when that is no longer all of them. */
    private void addPage(RoutingHandler routes, String resource) {
        String page = new String(read(resource), StandardCharsets.UTF_8);
        routes.get(
                "/",
                exchange -> {
                    String all = allOrigins();
                    byte[] bytes =
                            page.replace("@ORIGINS@", all)
                                    .replace("@SIGN_IN@", signInAsAttribute())
                                    .getBytes(StandardCharsets.UTF_8);
                    send(exchange, bytes, "text/html; charset=utf-8", asked());
                });
    }

    /** Three words, each of them encoded; empty for none. */
    private String signInAsAttribute() {
        return signIn.map(each ->
                        Stream.of(
                                        each.clientId(),
                                        each.authUrl().toString(),
                                        each.tokenUrl().toString())
                                .map(word -> URLEncoder.encode(word, StandardCharsets.UTF_8))
                                .collect(Collectors.joining(" ")))
                .orElse("");
    }

    /** Whom the page may ask beside this scheduler. */
    private String asked() {
        return signIn.map(each -> allOrigins() + " " + origin(each.tokenUrl()))
                .orElseGet(this::allOrigins);
    }

    private static String origin(URI url) {
        return url.getScheme() + "://" + url.getRawAuthority();
    }

    private String allOrigins() {
        return String.join(" ", origins.get());
    }

    private static byte[] read(String resource) {
        try (InputStream in = ConsoleFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("this program's jars have no " + resource);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(
            HttpServerExchange exchange, byte[] bytes, String contentType, String asked) {
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(Headers.CONTENT_TYPE, contentType);
        // They change with the program, which says nothing of when.
        headers.put(Headers.CACHE_CONTROL, "no-cache");
        headers.put(Headers.X_CONTENT_TYPE_OPTIONS, "nosniff");
        headers.put(Headers.REFERRER_POLICY, "no-referrer");
        headers.put(OPENER, "same-origin");
        headers.put(RESOURCE, "same-origin");
        headers.put(PERMISSIONS, "camera=(), geolocation=(), microphone=()");
        headers.put(
                POLICY,
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                        + " connect-src 'self' "
                        + asked
                        + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        exchange.setStatusCode(StatusCodes.OK);
        exchange.getResponseSender().send(ByteBuffer.wrap(bytes));
    }
}
