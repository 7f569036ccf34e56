package io.cachepot.node.worker;

import io.cachepot.protocol.Location;
import io.cachepot.protocol.ProtocolVersion;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.auth.PinnedTls;
import io.cachepot.protocol.http.Headers;
import io.cachepot.protocol.http.Routes;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Fetches toolchains from other workers. */
final class PeerClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    /** Reads a whole archive. */
    @FunctionalInterface
    interface Reader<T> {
        T read(InputStream archive) throws IOException, InterruptedException;
    }

    /**
     * Has {@code reader} read the archive of {@code toolchain} as {@code location} has it.
     *
     * @throws IOException when it does not give it
     */
    <T> T fetch(Location location, ToolchainId toolchain, Reader<T> reader)
            throws IOException, InterruptedException {
        // One for each: a toolchain comes once, and each worker has another certificate.
        try (var http =
                HttpClient.newBuilder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(PinnedTls.context(location.certificateDigest()))
                        .build()) {
            try {
                var response =
                        http.send(
                                request(location, toolchain),
                                HttpResponse.BodyHandlers.ofInputStream());
                if (response.statusCode() != 200) {
                    throw new IOException("answered " + response.statusCode());
                }
                try (InputStream body = response.body()) {
                    return reader.read(body);
                }
            } finally {
                http.shutdownNow();
            }
        }
    }

    private static HttpRequest request(Location location, ToolchainId toolchain) {
        return HttpRequest.newBuilder(
                        URI.create(location.workerUrl()).resolve(Routes.fetchToolchain(toolchain)))
                .timeout(ANSWER_TIMEOUT)
                .header(Headers.PROTOCOL, Integer.toString(ProtocolVersion.CURRENT))
                .header(Headers.AUTHORIZATION, Headers.BEARER + location.token())
                .GET()
                .build();
    }
}
