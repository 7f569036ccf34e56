package io.cachepot.node.scheduler;

import io.cachepot.node.scheduler.Candidates.Candidate;
import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse.Refused;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.WorkerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Requests for grants, and who gets which permit. A request waits in line until permits are free;
 * it gets what there is by then, at least one, and never of a worker that is full: grants are bound
 * late.
 *
 * <p>All state and decision, no clock, no thread and no I/O: each method takes the time and gives
 * the {@linkplain Step steps} to take, whose outcome comes back by another method. So a simulation
 * runs this very class.
 *
 * <pre>
 * add ──► waits ──plan──► Reserve ──reserved──► Served
 *           ▲ │                     └─ none ──► waits, in front
 *           │ └─ time over, nobody there ─────► Turned down
 * </pre>
 */
final class AllocationQueue {
    /** One who would not wait still gets what is free, and deciding takes a moment. */
    private static final long LATE_NANOS_MAX = Duration.ofMillis(200).toNanos();

    /** So often the grid may not answer for one request; each time takes some seconds. */
    private static final int FAILURES_MAX = 3;

    private static final long NEVER_NANOS = Duration.ofDays(1).toNanos();
    static final String STOPPING = "the scheduler is stopping";
    private static final String NO_WORKER = "no worker is connected";

    private final Settings settings;
    private final RandomGenerator random;
    private final Supplier<JobId> jobIds;
    private final FairQueue<Waiting> queue = new FairQueue<>();
    private final GrantRate rate = new GrantRate();

    /** Permits asked for and not answered yet; what this scheduler sees lacks them. */
    private final Map<WorkerId, Integer> underWay = new HashMap<>();

    /** No request in line is over before this; only while there are any. */
    private long nextLateNanos;

    private boolean isClosed;

    /**
     * The bounds of a queue.
     *
     * @param scheduler name that leases carry
     * @param silenceMax a worker that was not heard of for so long gets nothing
     * @param waitingMax requests in line
     * @param waitingOfClientMax requests in line of one client
     */
    record Settings(String scheduler, Duration silenceMax, int waitingMax, int waitingOfClientMax) {
        /** Three reports of a worker lost in a row. */
        static final Duration SILENCE_MAX = Duration.ofSeconds(6);

        static Settings of(String scheduler) {
            return new Settings(scheduler, SILENCE_MAX, 10_000, 1_000);
        }
    }

    AllocationQueue(Settings settings, RandomGenerator random, Supplier<JobId> jobIds) {
        this.settings = settings;
        this.random = random;
        this.jobIds = jobIds;
    }

    /** A request, and what it has got so far. Known by identity. */
    static final class Waiting {
        private final AllocJobRequest request;
        private final long sinceNanos;
        private final long untilNanos;
        private final Map<JobId, WorkerEntry> got = new LinkedHashMap<>();
        private int meant;
        private int underWay;
        private boolean isGone;
        private String failure = "";
        private int failures;

        Waiting(AllocJobRequest request, long nowNanos) {
            this.request = request;
            sinceNanos = nowNanos;
            untilNanos = nowNanos + Duration.ofMillis(request.waitMillis()).toNanos();
        }

        AllocJobRequest request() {
            return request;
        }

        private int wanted() {
            return request.count() - meant;
        }
    }

    /** What is to be done now. */
    sealed interface Step {
        /** The request is over: these jobs were leased for it. */
        record Served(Waiting waiting, Map<JobId, WorkerEntry> jobs) implements Step {}

        /** The request is over: there is nothing for it. */
        record TurnedDown(Waiting waiting, Refused refusal) implements Step {}

        /** The request is over: whether there is something can not be found out. */
        record Failed(Waiting waiting, String reason) implements Step {}

        /** Lease permits, and tell {@link AllocationQueue#reserved}. */
        record Reserve(WorkerEntry worker, SequencedMap<JobId, Waiting> jobs) implements Step {
            SequencedMap<JobId, Lease> leases(String scheduler) {
                var leases = new LinkedHashMap<JobId, Lease>();
                jobs.forEach((job, waiting) ->
                        leases.put(
                                job,
                                new Lease(
                                        scheduler,
                                        waiting.request.client(),
                                        waiting.request.forecast())));
                return leases;
            }
        }

        /** Give leases back, if they are there: nobody will use them. */
        record Release(WorkerId worker, List<JobId> jobs) implements Step {}
    }

    private Step turnedDown(Waiting waiting, String reason, long nowNanos) {
        return new Step.TurnedDown(
                waiting, new Refused(reason, rate.retryAfterMillis(queue.size(), nowNanos)));
    }

    /** Takes a request; {@link #plan} serves it. */
    List<Step> add(Waiting waiting, long nowNanos) {
        AllocJobRequest request = waiting.request;
        String full = "";
        if (isClosed) {
            full = STOPPING;
        } else if (queue.size() >= settings.waitingMax) {
            full = settings.waitingMax + " requests wait already";
        } else if (queue.size(request.client()) >= settings.waitingOfClientMax) {
            full = settings.waitingOfClientMax + " requests of this client wait already";
        }
        if (!full.isEmpty()) {
            return List.of(turnedDown(waiting, full, nowNanos));
        }
        expectLate(waiting);
        queue.add(request.client(), waiting);
        return List.of();
    }

    private void expectLate(Waiting waiting) {
        boolean isEarlier = waiting.untilNanos - nextLateNanos < 0;
        nextLateNanos = queue.size() == 0 || isEarlier ? waiting.untilNanos : nextLateNanos;
    }

    /** When {@link #plan} is to be called at the latest for the sake of those in line. */
    long nextLateNanos(long nowNanos) {
        return queue.size() == 0 ? nowNanos + NEVER_NANOS : nextLateNanos;
    }

    /** The asker went away. */
    void leave(Waiting waiting) {
        waiting.isGone = true;
        queue.remove(waiting.request.client(), waiting);
    }

    /** Since when the one in line waits that came first; {@code nowNanos} when there is none. */
    long oldestSinceNanos(long nowNanos) {
        long oldest = nowNanos;
        for (Waiting first : queue.fronts()) {
            oldest = first.sinceNanos - oldest < 0 ? first.sinceNanos : oldest;
        }
        return oldest;
    }

    /** How many requests are in line. */
    int waiting() {
        return queue.size();
    }

    /** How many permits are asked for and not answered yet. */
    int underWay() {
        return underWay.values().stream().mapToInt(Integer::intValue).sum();
    }

    /**
     * Hands out what is free; to be called whenever something may have come free, and at least
     * twice a second, since silence of a worker is no event.
     */
    List<Step> plan(List<KnownWorker> workers, WorkerHealth health, long nowNanos) {
        var steps = new ArrayList<Step>();
        long silence = settings.silenceMax.toNanos();
        List<WorkerEntry> there =
                workers.stream()
                        .filter(worker -> worker.isThere(nowNanos, silence))
                        .map(KnownWorker::entry)
                        .toList();
        if (there.isEmpty()) {
            // Nothing is gained by waiting: the client compiles by itself meanwhile.
            turnAllDown(NO_WORKER, nowNanos, steps);
            return steps;
        }
        // After a pause of this process, for instance, when those who asked are long gone.
        turnLateDown(there, nowNanos - LATE_NANOS_MAX, nowNanos, steps);
        if (queue.size() > 0) {
            handOut(candidates(there, health, nowNanos), steps);
        }
        turnLateDown(there, nowNanos, nowNanos, steps);
        return steps;
    }

    private Candidates candidates(List<WorkerEntry> there, WorkerHealth health, long nowNanos) {
        var candidates = new Candidates(random);
        for (WorkerEntry worker : there) {
            int asked = underWay.getOrDefault(worker.id(), 0);
            int trusted =
                    Math.max(0, health.permitsMax(worker.id(), nowNanos) - worker.taken() - asked);
            candidates.add(
                    worker,
                    Math.min(worker.free() - asked, trusted),
                    client -> health.mayServe(worker.id(), client, nowNanos));
        }
        return candidates;
    }

    private void handOut(Candidates candidates, List<Step> steps) {
        var round = new Round(candidates);
        Waiting next = queue.peek();
        while (next != null && candidates.free() > 0) {
            Candidate candidate = candidates.choose(next.request);
            if (candidate == null) {
                round.passOver(next);
            } else {
                round.mean(next, candidate);
            }
            next = queue.peek();
        }
        round.end(steps);
    }

    /** Hands out the permits of one moment. */
    private final class Round {
        private final Candidates candidates;
        private final Map<Candidate, SequencedMap<JobId, Waiting>> meant = new LinkedHashMap<>();
        private final Set<Waiting> served = new LinkedHashSet<>();
        private final SequencedSet<Waiting> passedOver = new LinkedHashSet<>();

        Round(Candidates candidates) {
            this.candidates = candidates;
        }

        /** Only workers that this one may not have are free; others in line may. */
        void passOver(Waiting waiting) {
            queue.remove(waiting.request.client(), waiting);
            passedOver.add(waiting);
        }

        /** A few permits at a time, so that clients take turns. */
        void mean(Waiting waiting, Candidate candidate) {
            int turn = candidates.free() / (4 * queue.clients());
            int count =
                    candidates.take(
                            candidate, waiting.request, Math.clamp(turn, 1, waiting.wanted()));
            var jobs = meant.computeIfAbsent(candidate, _ -> new LinkedHashMap<>());
            for (int i = 0; i < count; i++) {
                jobs.put(jobIds.get(), waiting);
            }
            waiting.meant += count;
            waiting.underWay += count;
            queue.charge(waiting.request.client(), count, weight(waiting.request));
            served.add(waiting);
            if (waiting.wanted() == 0) {
                queue.remove(waiting.request.client(), waiting);
            }
        }

        void end(List<Step> steps) {
            served.forEach(waiting -> queue.remove(waiting.request.client(), waiting));
            for (Waiting waiting : passedOver.reversed()) {
                if (!served.contains(waiting)) {
                    toFront(waiting);
                }
            }
            meant.forEach((candidate, jobs) -> {
                underWay.merge(candidate.entry().id(), jobs.size(), Integer::sum);
                steps.add(new Step.Reserve(candidate.entry(), jobs));
            });
        }
    }

    private static double weight(AllocJobRequest request) {
        return switch (request.priority()) {
            case LOW -> 0.25;
            case NORMAL -> 1;
            case HIGH -> 4;
        };
    }

    private void toFront(Waiting waiting) {
        expectLate(waiting);
        queue.addFirst(waiting.request.client(), waiting);
    }

    private void turnAllDown(String reason, long nowNanos, List<Step> steps) {
        for (Waiting waiting : queue.all()) {
            queue.remove(waiting.request.client(), waiting);
            steps.add(turnedDown(waiting, reason, nowNanos));
        }
    }

    /** Turns down those whose time was over at {@code lateNanos}. */
    private void turnLateDown(
            List<WorkerEntry> there, long lateNanos, long nowNanos, List<Step> steps) {
        if (queue.size() == 0 || lateNanos - nextLateNanos < 0) {
            return;
        }
        nextLateNanos = nowNanos + NEVER_NANOS;
        int permits = there.stream().mapToInt(WorkerEntry::jobsMax).sum();
        for (Waiting waiting : queue.all()) {
            if (lateNanos - waiting.untilNanos >= 0) {
                queue.remove(waiting.request.client(), waiting);
                steps.add(turnedDown(waiting, "all " + permits + " permits are taken", nowNanos));
            } else if (waiting.untilNanos - nextLateNanos < 0) {
                nextLateNanos = waiting.untilNanos;
            }
        }
    }

    /** What a {@link Step.Reserve} came to. */
    List<Step> reserved(Step.Reserve reserve, Reservation outcome, long nowNanos) {
        WorkerId worker = reserve.worker.id();
        underWay.computeIfPresent(
                worker, (_, n) -> n > reserve.jobs.size() ? n - reserve.jobs.size() : null);
        Set<JobId> leased =
                outcome instanceof Reservation.Leased(var jobs) ? Set.copyOf(jobs) : Set.of();
        var unused = new ArrayList<JobId>();
        reserve.jobs.forEach((job, waiting) -> {
            waiting.underWay--;
            if (waiting.isGone) {
                unused.add(job);
            } else if (leased.contains(job)) {
                waiting.got.put(job, reserve.worker);
                rate.granted(nowNanos);
            } else if (outcome instanceof Reservation.Unknown(var reason)) {
                waiting.failure = reason;
                unused.add(job);
            }
        });
        var steps = new ArrayList<Step>();
        if (!unused.isEmpty()) {
            steps.add(new Step.Release(worker, List.copyOf(unused)));
        }
        for (Waiting waiting : new LinkedHashSet<>(reserve.jobs.values())) {
            settle(waiting, nowNanos, steps);
        }
        return steps;
    }

    /** Once all that was asked for it is answered. */
    private void settle(Waiting waiting, long nowNanos, List<Step> steps) {
        if (waiting.underWay > 0 || waiting.isGone) {
            return;
        }
        if (!waiting.got.isEmpty()) {
            steps.add(new Step.Served(waiting, waiting.got));
        } else if (isClosed) {
            steps.add(turnedDown(waiting, STOPPING, nowNanos));
        } else if (!waiting.failure.isEmpty() && ++waiting.failures == FAILURES_MAX) {
            steps.add(new Step.Failed(waiting, waiting.failure));
        } else {
            // What this scheduler saw was behind, and another one took the permits; or the grid is
            // busy with the loss of a member, which it notices within seconds.
            waiting.failure = "";
            waiting.meant = 0;
            toFront(waiting);
        }
    }

    /** Refuses all that wait and all that come. */
    List<Step> close(long nowNanos) {
        isClosed = true;
        var steps = new ArrayList<Step>();
        turnAllDown(STOPPING, nowNanos, steps);
        return steps;
    }
}
