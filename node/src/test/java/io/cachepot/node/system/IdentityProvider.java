package io.cachepot.node.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.wire.Json;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Jwks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** An identity provider where whoever comes is signed in, by RFC 6749 and RFC 7636. */
final class IdentityProvider implements AutoCloseable {
    static final String AUDIENCE = "cachepot";
    static final String CLIENT_ID = "the client";

    private final HttpServer server =
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final KeyPair keys = Jwts.SIG.ES256.keyPair().build();
    private final AtomicInteger serial = new AtomicInteger();

    /** The challenge of each code that was given and not used. */
    private final Map<String, String> challenges = new ConcurrentHashMap<>();

    /** Written by tests, read by the server. */
    volatile Duration lifetime = Duration.ofDays(7);

    volatile boolean isDenying;
    volatile boolean isSwappingState;

    IdentityProvider() throws IOException {
        server.createContext("/authorize", this::authorize);
        server.createContext("/token", this::token);
        server.createContext(
                "/jwks",
                exchange ->
                        answer(
                                exchange,
                                200,
                                "{\"keys\":["
                                        + Jwks.UNSAFE_JSON(
                                                Jwks.builder()
                                                        .key(keys.getPublic())
                                                        .id("k")
                                                        .build())
                                        + "]}"));
        server.start();
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    String issuer() {
        return url("/");
    }

    private String newToken() {
        return Jwts.builder()
                .header()
                .keyId("k")
                .and()
                .issuer(issuer())
                .audience()
                .add(AUDIENCE)
                .and()
                .subject("me")
                .expiration(Date.from(Instant.now().plus(lifetime)))
                .signWith(keys.getPrivate())
                .compact();
    }

    private void authorize(HttpExchange exchange) throws IOException {
        var asked = values(exchange.getRequestURI().getRawQuery());
        String state = isSwappingState ? "another" : asked.getOrDefault("state", "");
        boolean isImplicit = asked.getOrDefault("response_type", "").equals("token");
        var answer = new HashMap<String, String>();
        answer.put("state", state);
        if (!asked.getOrDefault("client_id", "").equals(CLIENT_ID)) {
            answer.put("error", "unauthorized_client");
        } else if (isDenying) {
            answer.put("error", "access_denied");
            answer.put("error_description", "not you <b>");
        } else if (isImplicit) {
            answer.put("access_token", newToken());
            answer.put("token_type", "Bearer");
            answer.put("expires_in", Long.toString(lifetime.toSeconds()));
        } else {
            String code = "code" + serial.incrementAndGet();
            challenges.put(code, asked.getOrDefault("code_challenge", ""));
            answer.put("code", code);
        }
        var form = new StringBuilder();
        answer.forEach((name, value) ->
                form.append(form.isEmpty() ? "" : "&")
                        .append(name)
                        .append('=')
                        .append(URLEncoder.encode(value, UTF_8)));
        exchange.getResponseHeaders()
                .set(
                        "Location",
                        asked.getOrDefault("redirect_uri", "") + (isImplicit ? "#" : "?") + form);
        answer(exchange, 302, "");
    }

    private void token(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        // A page sends a form, as RFC 6749 has it.
        boolean isForm =
                String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"))
                        .startsWith("application/x-www-form-urlencoded");
        Map<?, ?> asked = isForm ? values(new String(body, UTF_8)) : Json.decode(body, Map.class);
        exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
        String challenge = challenges.remove(String.valueOf(asked.get("code")));
        byte[] digest =
                Digest.of(String.valueOf(asked.get("code_verifier")).getBytes(UTF_8)).toByteArray();
        boolean isProven =
                Base64.getUrlEncoder().withoutPadding().encodeToString(digest).equals(challenge);
        if (!isProven || !"authorization_code".equals(asked.get("grant_type"))) {
            answer(exchange, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        answer(
                exchange,
                200,
                "{\"access_token\":\"%s\",\"token_type\":\"bearer\",\"expires_in\":%d}"
                        .formatted(newToken(), lifetime.toSeconds()));
    }

    private static Map<String, String> values(String query) {
        var values = new HashMap<String, String>();
        for (String pair : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            values.put(parts[0], URLDecoder.decode(parts[1], UTF_8));
        }
        return values;
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            byte[] bytes = json.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
