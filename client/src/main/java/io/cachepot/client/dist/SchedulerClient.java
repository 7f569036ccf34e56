package io.cachepot.client.dist;

import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.ProtocolVersion;
import io.cachepot.protocol.SchedulerStatus;
import io.cachepot.protocol.http.Headers;
import io.cachepot.protocol.http.Routes;
import io.cachepot.protocol.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Talks to the schedulers, the last one that answered first; when it does not, to the next within a
 * second or so.
 */
public final class SchedulerClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    /** Recovery is noticed after this at the latest. */
    private static final Duration OUTAGE_BELIEVED = Duration.ofSeconds(3);

    private final List<URI> schedulers;
    private final Supplier<String> token;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .connectTimeout(CONNECT_TIMEOUT)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();

    /** Index of the scheduler in use; written by whoever fails over, read by all. */
    private volatile int current;

    /** That no scheduler answered; written by whoever found out, read by all. */
    private volatile @Nullable Outage outage;

    private record Outage(long sinceNanos, String reason) {}

    /**
     * For one cluster.
     *
     * @param schedulers base URLs, at least one
     * @param token the client's bearer token
     */
    public SchedulerClient(List<URI> schedulers, Supplier<String> token) {
        this.schedulers = List.copyOf(schedulers);
        this.token = token;
    }

    /** The scheduler in use. */
    public URI inUse() {
        return schedulers.get(current);
    }

    /** Asks for grants; waits as long as the request says, and a little. */
    public AllocJobResponse alloc(AllocJobRequest request)
            throws DistException, InterruptedException {
        Duration timeout = ANSWER_TIMEOUT.plusMillis(request.waitMillis());
        return call(
                scheduler ->
                        request(scheduler.resolve(Routes.ALLOC_JOB))
                                .timeout(timeout)
                                .header("Content-Type", Headers.JSON)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.encode(request)))
                                .build(),
                AllocJobResponse.class);
    }

    public SchedulerStatus status() throws DistException, InterruptedException {
        return call(
                scheduler ->
                        request(scheduler.resolve(Routes.STATUS))
                                .timeout(ANSWER_TIMEOUT)
                                .GET()
                                .build(),
                SchedulerStatus.class);
    }

    private HttpRequest.Builder request(URI route) {
        return HttpRequest.newBuilder(route)
                .header(Headers.PROTOCOL, Integer.toString(ProtocolVersion.CURRENT))
                .header(Headers.AUTHORIZATION, Headers.BEARER + token.get());
    }

    private interface RequestTo {
        HttpRequest to(URI scheduler);
    }

    /**
     * Tries each scheduler once, unless one understood and refused. When none was to be had, those
     * who ask within the next moments hear so at once: a build must not wait for each of its
     * compiles to find that out anew.
     */
    private <T> T call(RequestTo request, Class<T> type)
            throws DistException, InterruptedException {
        Outage known = outage;
        if (known != null && System.nanoTime() - known.sinceNanos < OUTAGE_BELIEVED.toNanos()) {
            throw new DistException(known.reason);
        }
        DistException first = null;
        int start = current;
        for (int i = 0; i < schedulers.size(); i++) {
            int index = (start + i) % schedulers.size();
            URI scheduler = schedulers.get(index);
            String who = "scheduler " + scheduler;
            try {
                var response =
                        http.send(request.to(scheduler), HttpResponse.BodyHandlers.ofInputStream());
                T answer = Answers.read(who, response, type);
                current = index;
                outage = null;
                return answer;
            } catch (RefusedException e) {
                throw e;
            } catch (DistException e) {
                first = first == null ? e : first;
            } catch (IOException e) {
                var failure = new DistException(who + " can not be reached: " + reason(e), e);
                first = first == null ? failure : first;
            }
        }
        if (first == null) {
            throw new DistException("no scheduler is configured");
        }
        outage = new Outage(System.nanoTime(), String.valueOf(first.getMessage()));
        throw first;
    }

    static String reason(@Nullable Throwable e) {
        if (e == null) {
            return "unknown";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
