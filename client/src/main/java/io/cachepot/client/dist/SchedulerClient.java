package io.cachepot.client.dist;

import static java.lang.System.Logger.Level.INFO;

import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.BuildDetails;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.ProtocolVersion;
import io.cachepot.protocol.ResultLocations;
import io.cachepot.protocol.ReturnedGrants;
import io.cachepot.protocol.SchedulerStatus;
import io.cachepot.protocol.http.Headers;
import io.cachepot.protocol.http.Routes;
import io.cachepot.protocol.http.SchedulerHttp;
import io.cachepot.protocol.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Talks to the schedulers in the order of their {@linkplain SchedulerHealth health}. One that is
 * killed is noticed at once; one that is frozen or cut off within about a second, since while an
 * answer is awaited it is looked at twice a second whether it is alive.
 */
public final class SchedulerClient implements GrantSource, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SchedulerClient.class.getName());
    private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(750);
    private static final Duration ALIVE_TIMEOUT = Duration.ofMillis(750);
    private static final Duration LOOK = Duration.ofMillis(400);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RESULT_TIMEOUT = Duration.ofSeconds(1);

    /** After a question for a result that was not answered in time. */
    private static final Duration RESULT_PAUSE = Duration.ofSeconds(10);

    private static final Duration POST_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration STATUS_TIMEOUT = Duration.ofMillis(1_500);

    private final List<URI> schedulers;
    private final TokenSource token;
    private final HttpClient http;
    private final Object lock = new Object();

    /** Guarded by {@code lock}. */
    private final SchedulerHealth health;

    /** Guarded by {@code lock}. */
    private long noResultsUntilNanos = System.nanoTime();

    /** Why no scheduler answered; written by whoever found out, read by all. */
    private volatile String outage = "no scheduler was asked yet";

    /** The client's bearer token, which may be another one later. */
    @FunctionalInterface
    public interface TokenSource {
        /**
         * @throws DistException when there is none: why, and what to do
         */
        String get() throws DistException;
    }

    /**
     * For one cluster.
     *
     * @param schedulers base URLs, at least one
     * @param token the client's bearer token
     * @param client its name, by which it prefers one of them
     */
    public SchedulerClient(
            List<URI> schedulers, TokenSource token, String client, RandomGenerator random) {
        this.schedulers = List.copyOf(schedulers);
        this.token = token;
        http = SchedulerHttp.client(this.schedulers, CONNECT_TIMEOUT);
        health = new SchedulerHealth(schedulers.size(), client, random);
    }

    /** The scheduler in use. */
    public URI inUse() {
        synchronized (lock) {
            return schedulers.get(health.inUse());
        }
    }

    /**
     * Asks for grants; waits as long as the request says, and a little. A scheduler that refuses at
     * once may know less than another one, so that is asked as well.
     */
    @Override
    public AllocJobResponse alloc(AllocJobRequest request)
            throws DistException, InterruptedException {
        return new AllocCall(request).anywhere();
    }

    /** Tells the scheduler in use; any of them can take them back. */
    @Override
    public void giveBack(ReturnedGrants grants) throws DistException, InterruptedException {
        post(inUse(), Routes.RETURN_GRANTS, grants);
    }

    /** Tells one scheduler how a build goes. It is not worth waiting for. */
    public void tell(URI scheduler, BuildDetails build) throws DistException, InterruptedException {
        post(scheduler, Routes.REPORT_BUILD, build);
    }

    /** Says something to which the answer is of no interest. */
    private void post(URI scheduler, String route, Object message)
            throws DistException, InterruptedException {
        try {
            var response =
                    http.send(
                            message(scheduler.resolve(route), message)
                                    .timeout(POST_TIMEOUT)
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                Answers.check("scheduler " + scheduler, response);
                var _ = body.readNBytes(Json.BYTES_MAX);
            }
        } catch (IOException e) {
            Interruptions.check(e);
            throw new DistException(unreachable(scheduler, e), e);
        }
    }

    /**
     * Asks the scheduler in use who keeps the result {@code key}. It is not worth waiting for: when
     * there is no answer soon, nobody is asked for a while.
     */
    ResultLocations result(Digest key) throws DistException, InterruptedException {
        URI scheduler;
        synchronized (lock) {
            long now = System.nanoTime();
            if (health.isOutage(now) || now - noResultsUntilNanos < 0) {
                throw new DistException(outage);
            }
            scheduler = schedulers.get(health.inUse());
        }
        try {
            var response =
                    http.send(
                            request(scheduler.resolve(Routes.result(key)))
                                    .timeout(RESULT_TIMEOUT)
                                    .GET()
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            return Answers.read("scheduler " + scheduler, response, ResultLocations.class);
        } catch (IOException e) {
            Interruptions.check(e);
            synchronized (lock) {
                noResultsUntilNanos = System.nanoTime() + RESULT_PAUSE.toNanos();
            }
            throw new DistException(unreachable(scheduler, e), e);
        }
    }

    /**
     * One scheduler, asked a moment ago.
     *
     * @param status empty when it did not answer
     * @param trouble why it did not; empty when it did
     */
    public record Asked(
            URI url, Optional<SchedulerStatus> status, String trouble, Duration roundTrip) {}

    /** Asks each scheduler, all at once; takes a second and a half at most. */
    public List<Asked> askAll() throws InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls =
                    schedulers.stream().map(url -> (Callable<Asked>) () -> askOne(url)).toList();
            var asked = new ArrayList<Asked>();
            for (Future<Asked> each : threads.invokeAll(calls)) {
                asked.add(each.get());
            }
            return asked;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a scheduler was not asked", e.getCause());
        }
    }

    private Asked askOne(URI url) throws InterruptedException {
        long began = System.nanoTime();
        try {
            var response =
                    http.send(
                            request(url.resolve(Routes.STATUS))
                                    .timeout(STATUS_TIMEOUT)
                                    .GET()
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            var status = Answers.read("scheduler " + url, response, SchedulerStatus.class);
            return new Asked(url, Optional.of(status), "", since(began));
        } catch (DistException e) {
            return new Asked(url, Optional.empty(), reason(e), since(began));
        } catch (IOException e) {
            return new Asked(url, Optional.empty(), unreachable(url, e), since(began));
        }
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    private HttpRequest.Builder request(URI route) throws DistException {
        return HttpRequest.newBuilder(route)
                .header(Headers.PROTOCOL, Integer.toString(ProtocolVersion.CURRENT))
                .header(Headers.AUTHORIZATION, Headers.BEARER + token.get());
    }

    private HttpRequest.Builder message(URI route, Object message) throws DistException {
        return request(route)
                .header("Content-Type", Headers.JSON)
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.encode(message)));
    }

    /** One question, put to one scheduler after another until one answers. */
    private final class AllocCall {
        private final AllocJobRequest request;
        private @Nullable DistException first;
        private @Nullable AllocJobResponse doubtful;

        AllocCall(AllocJobRequest request) {
            this.request = request;
        }

        /**
         * Tries each scheduler once, unless one understood and refused. When none was to be had,
         * those who ask within the next moments hear so at once: a build must not wait for each of
         * its compiles to find that out anew.
         */
        AllocJobResponse anywhere() throws DistException, InterruptedException {
            // Where there is none, that is no scheduler's fault.
            var _ = token.get();
            for (int index : order()) {
                AllocJobResponse answer = attempt(index);
                if (answer != null) {
                    return answer;
                }
            }
            if (doubtful != null) {
                return doubtful;
            }
            DistException failure =
                    first == null ? new DistException("no scheduler is configured") : first;
            outage = reason(failure);
            throw failure;
        }

        private List<Integer> order() throws DistException {
            long now = System.nanoTime();
            synchronized (lock) {
                if (health.isOutage(now)) {
                    throw new DistException(outage);
                }
                return health.order(now);
            }
        }

        /** Null when another one is to be asked. */
        private @Nullable AllocJobResponse attempt(int index)
                throws DistException, InterruptedException {
            URI scheduler = schedulers.get(index);
            long began = System.nanoTime();
            try {
                var response = new Awaited(scheduler, httpRequest(scheduler)).get();
                var answer =
                        Answers.read("scheduler " + scheduler, response, AllocJobResponse.class);
                answered(index);
                boolean isRefusal = answer instanceof AllocJobResponse.Refused;
                if (!isRefusal || since(began).toMillis() >= request.waitMillis() / 2) {
                    return answer;
                }
                doubtful = doubtful == null ? answer : doubtful;
            } catch (RefusedException e) {
                throw e;
            } catch (DistException e) {
                failed(index, e);
            } catch (IOException e) {
                Interruptions.check(e);
                failed(index, new DistException(unreachable(scheduler, e), e));
            }
            return null;
        }

        private HttpRequest httpRequest(URI scheduler) throws DistException {
            return message(scheduler.resolve(Routes.ALLOC_JOB), request)
                    .timeout(ANSWER_TIMEOUT.plusMillis(request.waitMillis()))
                    .build();
        }

        private void failed(int index, DistException e) {
            first = first == null ? e : first;
            LOG.log(
                    INFO,
                    "scheduler failed: peer={0} reason={1}",
                    schedulers.get(index),
                    reason(e));
            synchronized (lock) {
                health.failed(index, System.nanoTime());
            }
        }
    }

    private void answered(int index) {
        synchronized (lock) {
            boolean isOther = health.inUse() != index;
            health.answered(index, System.nanoTime());
            if (isOther) {
                LOG.log(INFO, "scheduler in use: peer={0}", schedulers.get(index));
            }
        }
    }

    /** An answer that may take long, of a scheduler that must be alive meanwhile. */
    private final class Awaited {
        private final URI scheduler;
        private final CompletableFuture<HttpResponse<InputStream>> answer;

        Awaited(URI scheduler, HttpRequest request) {
            this.scheduler = scheduler;
            answer = http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        }

        HttpResponse<InputStream> get() throws IOException, InterruptedException {
            try {
                while (true) {
                    try {
                        return answer.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                    } catch (TimeoutException _) {
                        lookAlive();
                    }
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
            } finally {
                // Without effect when it is there; else the scheduler sees that nobody waits.
                answer.cancel(true);
            }
        }

        private void lookAlive() throws IOException, InterruptedException {
            var look =
                    HttpRequest.newBuilder(scheduler.resolve(Routes.LIVE))
                            .timeout(ALIVE_TIMEOUT)
                            .GET()
                            .build();
            try {
                http.send(look, HttpResponse.BodyHandlers.discarding());
            } catch (IOException e) {
                if (!answer.isDone()) {
                    throw new IOException("it does not answer: " + reason(e), e);
                }
            }
        }
    }

    private static String unreachable(URI scheduler, IOException e) {
        return "scheduler " + scheduler + " can not be reached: " + reason(e);
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
