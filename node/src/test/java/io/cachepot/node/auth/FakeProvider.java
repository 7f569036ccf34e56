package io.cachepot.node.auth;

import com.sun.net.httpserver.HttpServer;
import io.jsonwebtoken.security.Jwk;
import io.jsonwebtoken.security.Jwks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An identity provider on loopback: its keys, and what it says of tokens. */
final class FakeProvider implements AutoCloseable {
    private final HttpServer server;
    private final AtomicInteger asked = new AtomicInteger();

    /** Written by tests, read by the server. */
    volatile String contentType = "application/json";

    volatile int status = 200;
    volatile long delayMillis;
    volatile String body = "{}";

    /** What is said of a token, by the token; others get 401. */
    final Map<String, String> users = new ConcurrentHashMap<>();

    FakeProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    asked.incrementAndGet();
                    String bearer =
                            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
                    boolean isUser = exchange.getRequestURI().getPath().equals("/user");
                    String user = users.get(bearer.replace("Bearer ", ""));
                    int code = isUser && user == null && status == 200 ? 401 : status;
                    byte[] bytes =
                            (isUser && user != null ? user : body).getBytes(StandardCharsets.UTF_8);
                    try (exchange) {
                        Thread.sleep(delayMillis);
                        exchange.getResponseHeaders().set("Content-Type", contentType);
                        exchange.sendResponseHeaders(code, bytes.length);
                        exchange.getResponseBody().write(bytes);
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                });
        server.start();
    }

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /** How often anybody asked anything. */
    int asked() {
        return asked.get();
    }

    /** From now on these are the keys, by name. */
    void publish(Map<String, PublicKey> keys) {
        List<String> all = new ArrayList<>();
        keys.forEach((name, key) -> {
            Jwk<?> jwk = Jwks.builder().key(key).id(name).build();
            all.add(Jwks.UNSAFE_JSON(jwk));
        });
        body = "{\"keys\":[" + String.join(",", all) + "]}";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
