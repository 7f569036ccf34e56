package io.cachepot.node.auth;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.auth.SystemTrust;
import io.cachepot.protocol.auth.TokenException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks services of others: identity providers and their like. Nothing of them is believed for long.
 */
final class Identity {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int BODY_BYTES_MAX = 1 << 20;

    /** For the whole answer: who waits for it is a build. */
    private final Duration patience;

    /** Follows nobody elsewhere: the token is for the one that is configured. */
    private final HttpClient http =
            HttpClient.newBuilder()
                    .connectTimeout(CONNECT_TIMEOUT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .sslContext(SystemTrust.context(System.getenv()))
                    .build();

    Identity(Duration patience) {
        this.patience = patience;
    }

    /** What came back. */
    record Answer(int status, String contentType, Bytes body) {
        boolean isGood() {
            return status / 100 == 2;
        }

        /** Whether what was shown is not taken. */
        boolean isRefusal() {
            return status / 100 == 4;
        }
    }

    /** GETs {@code url} in nobody's name. */
    Answer get(URI url) {
        return ask(url, HttpRequest.newBuilder(url));
    }

    /**
     * GETs {@code url} in the name of whoever showed {@code bearer}.
     *
     * @throws TokenException when no header may look like {@code bearer}
     */
    Answer get(URI url, String bearer) {
        var builder = HttpRequest.newBuilder(url);
        try {
            builder.header("Authorization", "Bearer " + bearer);
        } catch (IllegalArgumentException e) {
            throw new TokenException("client token has characters that none may have", e);
        }
        return ask(url, builder);
    }

    /**
     * @throws AuthUnavailableException when there is no whole answer in time
     */
    private Answer ask(URI url, HttpRequest.Builder builder) {
        var request = builder.timeout(patience).header("Accept", "application/json").GET().build();
        var sent =
                http.sendAsync(
                        request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), BODY_BYTES_MAX));
        try {
            HttpResponse<byte[]> response = sent.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    Bytes.of(response.body()));
        } catch (TimeoutException e) {
            throw unavailable(url, late(), e);
        } catch (ExecutionException e) {
            // The client's own clock may be the first to say so.
            boolean isLate = e.getCause() instanceof HttpTimeoutException;
            throw unavailable(url, isLate ? late() : reason(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(url, "the scheduler is stopping", e);
        } finally {
            sent.cancel(true);
        }
    }

    private String late() {
        return "no answer within " + patience.toMillis() + " ms";
    }

    private static String reason(@Nullable Throwable e) {
        if (e == null) {
            return "unknown";
        }
        return e instanceof IOException && e.getMessage() != null
                ? e.getMessage()
                : e.getClass().getSimpleName();
    }

    static AuthUnavailableException unavailable(URI url, String reason, Throwable cause) {
        return new AuthUnavailableException(url + " can not be asked: " + reason, cause);
    }
}
