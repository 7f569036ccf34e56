package io.cachepot.node.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * A cluster as sccache binds jobs, in the network and the time of the simulation: each job goes at
 * once to the worker with the fewest jobs, of which one takes ten for each processor; a worker
 * shares its processors between all that it was given, at no cost.
 */
final class ImmediateBinding {
    private static final int JOBS_PER_PROCESSOR_MAX = 10;

    private final VirtualTime time = new VirtualTime();
    private final Random random;
    private final SimulatedNetwork network;
    private final SimulatedProcess scheduler;
    private final Map<SharingWorker, Integer> given = new LinkedHashMap<>();
    private int unfinished;

    ImmediateBinding(long seed) {
        random = new Random(seed);
        network = new SimulatedNetwork(time, random);
        network.isMoody = false;
        scheduler = new SimulatedProcess("scheduler", time, random);
    }

    void workers(int count, int processors) {
        for (int i = 0; i < count; i++) {
            given.put(new SharingWorker("w" + i, processors), 0);
        }
    }

    /** A client that has {@code slots} of its jobs under way, as long as there are any. */
    void client(int jobs, int slots, LongSupplier durations) {
        var client = new SimulatedProcess("client", time, random);
        unfinished += jobs;
        int[] begun = new int[1];
        Runnable[] next = new Runnable[1];
        next[0] =
                () -> {
                    if (begun[0] < jobs) {
                        begun[0]++;
                        long nanos = durations.getAsLong();
                        network.send(client, scheduler, () -> bind(client, nanos, next[0]));
                    }
                };
        for (int i = 0; i < slots; i++) {
            client.after(0, next[0]);
        }
    }

    /** How long all builds took, in nanoseconds. */
    long run() {
        while (unfinished > 0 && time.step(Long.MAX_VALUE)) {
            // What happens, happens there.
        }
        if (unfinished > 0) {
            throw new IllegalStateException(unfinished + " jobs got lost");
        }
        return time.nowNanos();
    }

    private void bind(SimulatedProcess client, long nanos, Runnable next) {
        SharingWorker worker =
                given.entrySet().stream()
                        .min(Comparator.comparingInt(Map.Entry::getValue))
                        .orElseThrow()
                        .getKey();
        if (given.merge(worker, 1, Integer::sum) > worker.processors * JOBS_PER_PROCESSOR_MAX) {
            throw new IllegalStateException("more jobs than sccache takes: nothing to compare");
        }
        Runnable done =
                () -> {
                    network.send(worker, scheduler, () -> given.merge(worker, -1, Integer::sum));
                    network.send(
                            worker,
                            client,
                            () -> {
                                unfinished--;
                                next.run();
                            });
                };
        network.send(
                scheduler,
                client,
                () -> network.send(client, worker, () -> worker.run(nanos, done)));
    }

    /** Gives each of its jobs the same share of its processors. */
    private final class SharingWorker extends SimulatedProcess {
        private final int processors;
        private final List<Job> running = new ArrayList<>();
        private long sharedUntil;

        /** Which of the planned ends is the one to come. */
        private int plan;

        private SharingWorker(String name, int processors) {
            super(name, ImmediateBinding.this.time, random);
            this.processors = processors;
        }

        private static final class Job {
            private double leftNanos;
            private final Runnable done;

            private Job(long nanos, Runnable done) {
                leftNanos = nanos;
                this.done = done;
            }
        }

        private void run(long nanos, Runnable done) {
            share();
            running.add(new Job(nanos, done));
            planNextEnd();
        }

        private double pace() {
            return Math.min(1.0, (double) processors / running.size());
        }

        private void share() {
            double each = (time.nowNanos() - sharedUntil) * pace();
            running.forEach(job -> job.leftNanos -= each);
            sharedUntil = time.nowNanos();
        }

        private void planNextEnd() {
            int current = ++plan;
            running.stream()
                    .mapToDouble(job -> job.leftNanos / pace())
                    .min()
                    .ifPresent(nanos -> after((long) Math.ceil(nanos), () -> end(current)));
        }

        private void end(int planned) {
            if (planned != plan) {
                return;
            }
            share();
            var ended = running.stream().filter(job -> job.leftNanos < 1).toList();
            running.removeAll(ended);
            ended.forEach(job -> job.done.run());
            planNextEnd();
        }
    }
}
