package io.cachepot.node.worker;

import io.cachepot.protocol.ErrorBody;
import io.cachepot.protocol.ProtocolVersion;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.ToolchainSource;
import io.cachepot.protocol.ToolchainWish;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.WorkerReportReply;
import io.cachepot.protocol.http.Headers;
import io.cachepot.protocol.http.Routes;
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

/** A worker's calls to schedulers; used by many threads. */
final class SchedulerApi implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int REPLY_BYTES_MAX = 1 << 20;
    private static final int SHOWN_CHARS_MAX = 500;

    private final String bearer;
    private final HttpClient http;

    /**
     * @param bearer what is shown to schedulers
     * @param schedulers base URLs of those that are known from the start
     */
    SchedulerApi(String bearer, Collection<URI> schedulers) {
        this.bearer = bearer;
        http = SchedulerHttp.client(schedulers, CONNECT_TIMEOUT);
    }

    /**
     * Sends {@code report} and waits for the whole answer at most {@code timeout}.
     *
     * @throws IOException when {@code scheduler} does not answer, or not as the protocol says
     */
    WorkerReportReply send(URI scheduler, WorkerReport report, Duration timeout)
            throws IOException, InterruptedException {
        return call(
                scheduler.resolve(Routes.HEARTBEAT_WORKER),
                report,
                WorkerReportReply.class,
                timeout);
    }

    /**
     * Asks where {@code toolchain} is to be had, and waits as {@link #send} does.
     *
     * @throws IOException when {@code scheduler} does not answer, or not as the protocol says
     */
    ToolchainSource toolchainSource(
            URI scheduler, ToolchainId toolchain, ToolchainWish wish, Duration timeout)
            throws IOException, InterruptedException {
        return call(
                scheduler.resolve(Routes.toolchainSource(toolchain)),
                wish,
                ToolchainSource.class,
                timeout);
    }

    private <T> T call(URI route, Object message, Class<T> answer, Duration timeout)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(route)
                        .timeout(timeout)
                        .header("Content-Type", Headers.JSON)
                        .header(Headers.PROTOCOL, Integer.toString(ProtocolVersion.CURRENT))
                        .header(Headers.AUTHORIZATION, Headers.BEARER + bearer)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.encode(message)))
                        .build();
        return read(exchange(request, timeout), answer);
    }

    /** The client's own time-out is for the head of the answer only, hence a second one. */
    private HttpResponse<byte[]> exchange(HttpRequest request, Duration timeout)
            throws IOException, InterruptedException {
        var answer =
                http.sendAsync(
                        request,
                        BodyHandlers.limiting(BodyHandlers.ofByteArray(), REPLY_BYTES_MAX));
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

    private static <T> T read(HttpResponse<byte[]> response, Class<T> answer) throws IOException {
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
        try {
            return Json.decode(response.body(), answer);
        } catch (WireException e) {
            throw new IOException(e.getMessage(), e);
        }
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
