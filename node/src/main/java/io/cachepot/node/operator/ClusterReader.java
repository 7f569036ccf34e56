package io.cachepot.node.operator;

import io.cachepot.node.calls.SchedulerCalls;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Asks the first scheduler of a cluster that answers. */
public final class ClusterReader implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int REPLY_BYTES_MAX = 64 << 20;

    private final List<URI> schedulers;
    private final SchedulerCalls calls;
    private final Consumer<String> silent;

    /**
     * @param schedulers base URLs, at least one
     * @param bearer what a client shows to them
     * @param silent is told of each that does not answer, and why
     */
    public ClusterReader(List<URI> schedulers, String bearer, Consumer<String> silent) {
        this.schedulers = List.copyOf(schedulers);
        this.silent = silent;
        calls = new SchedulerCalls(bearer, schedulers, REPLY_BYTES_MAX);
    }

    /**
     * What is to be read at {@code route}, JSON as it came.
     *
     * @throws IOException when no scheduler answers
     */
    public byte[] read(String route) throws IOException, InterruptedException {
        return first(scheduler -> calls.get(scheduler.resolve(route), PATIENCE));
    }

    /**
     * The same, decoded.
     *
     * @throws IOException when no scheduler answers, or it is something else
     */
    public <T> T read(String route, Class<T> answer) throws IOException, InterruptedException {
        return SchedulerCalls.decode(read(route), answer);
    }

    /**
     * Has something done that is at {@code route}.
     *
     * @throws IOException when no scheduler does it
     */
    public void post(String route) throws IOException, InterruptedException {
        first(scheduler -> calls.post(scheduler.resolve(route), Map.of(), Map.class, PATIENCE));
    }

    /** One request to one scheduler. */
    private interface Call<T> {
        T to(URI scheduler) throws IOException, InterruptedException;
    }

    private <T> T first(Call<T> call) throws IOException, InterruptedException {
        var reasons = new ArrayList<String>();
        for (URI scheduler : schedulers) {
            try {
                T answer = call.to(scheduler);
                reasons.forEach(silent);
                return answer;
            } catch (IOException e) {
                reasons.add("scheduler " + scheduler + " " + e.getMessage());
            }
        }
        throw new IOException("no scheduler did it: " + String.join("; ", reasons));
    }

    @Override
    public void close() {
        calls.close();
    }
}
