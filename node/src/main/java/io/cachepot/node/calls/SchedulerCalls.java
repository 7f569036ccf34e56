package io.cachepot.node.calls;

import io.cachepot.protocol.ErrorBody;
import io.cachepot.protocol.ProtocolVersion;
import io.cachepot.protocol.http.Headers;
import io.cachepot.protocol.http.SchedulerHttp;
import io.cachepot.protocol.wire.Json;
import io.cachepot.protocol.wire.WireException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Requests to schedulers, of whoever shows one token. */
public final class SchedulerCalls implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int SHOWN_CHARS_MAX = 500;

    private final String bearer;
    private final int replyBytesMax;
    private final HttpClient http;

    /**
     * @param bearer what is shown to schedulers
     * @param schedulers base URLs of those that are known from the start
     * @param replyBytesMax of one answer
     */
    public SchedulerCalls(String bearer, Collection<URI> schedulers, int replyBytesMax) {
        this.bearer = bearer;
        this.replyBytesMax = replyBytesMax;
        http = SchedulerHttp.client(schedulers, CONNECT_TIMEOUT);
    }

    /**
     * Sends {@code message} and waits for the whole answer at most {@code timeout}.
     *
     * @throws IOException when the scheduler does not answer, or not as the protocol says
     */
    public <T> T post(URI route, Object message, Class<T> answer, Duration timeout)
            throws IOException, InterruptedException {
        var request =
                request(route, timeout)
                        .header("Content-Type", Headers.JSON)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.encode(message)))
                        .build();
        return decode(read(exchange(request, timeout)), answer);
    }

    /**
     * Reads what is there, and waits as {@link #post} does.
     *
     * @return the answer as it came, JSON
     * @throws IOException when the scheduler does not answer, or not as the protocol says
     */
    public byte[] get(URI route, Duration timeout) throws IOException, InterruptedException {
        return read(exchange(request(route, timeout).GET().build(), timeout));
    }

    /**
     * What {@link #get} read.
     *
     * @throws IOException when it is something else
     */
    public static <T> T decode(byte[] body, Class<T> answer) throws IOException {
        try {
            return Json.decode(body, answer);
        } catch (WireException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private HttpRequest.Builder request(URI route, Duration timeout) {
        return HttpRequest.newBuilder(route)
                .timeout(timeout)
                .header(Headers.PROTOCOL, Integer.toString(ProtocolVersion.CURRENT))
                .header(Headers.AUTHORIZATION, Headers.BEARER + bearer);
    }

    /** The client's own time-out is for the head of the answer only, hence a second one. */
    private HttpResponse<byte[]> exchange(HttpRequest request, Duration timeout)
            throws IOException, InterruptedException {
        var answer =
                http.sendAsync(
                        request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), replyBytesMax));
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + timeout, e);
        } catch (ExecutionException e) {
            throw new IOException(reason(e.getCause()), e);
        } finally {
            answer.cancel(true);
        }
    }

    private static String reason(@Nullable Throwable e) {
        if (e == null) {
            return "unknown";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static byte[] read(HttpResponse<byte[]> response) throws IOException {
        if (response.statusCode() / 100 != 2) {
            throw new IOException(
                    "answered " + response.statusCode() + ": " + description(response.body()));
        }
        Optional<String> version = response.headers().firstValue(Headers.PROTOCOL);
        if (version.isEmpty()) {
            throw new IOException(
                    "does not speak the cachepot protocol (no header " + Headers.PROTOCOL + ")");
        }
        Optional<String> refusal = ProtocolVersion.refusal("scheduler", version.get());
        if (refusal.isPresent()) {
            throw new IOException(refusal.get());
        }
        return response.body();
    }

    private static String description(byte[] body) {
        try {
            String text = Json.decode(body, ErrorBody.class).description();
            return text.substring(0, Math.min(text.length(), SHOWN_CHARS_MAX));
        } catch (WireException _) {
            return "(no description)";
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
