package io.cachepot.node.scheduler;

import io.cachepot.node.scheduler.SimulatedScheduler.Answer;
import io.cachepot.node.scheduler.SimulatedScheduler.Ticket;
import io.cachepot.node.scheduler.SimulatedWorker.Outcome;
import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.JobForecast;
import io.cachepot.protocol.Priority;
import io.cachepot.protocol.ReturnedGrant;
import io.cachepot.protocol.ReturnedGrant.Reason;
import io.cachepot.protocol.WorkerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** A build of the simulation: as many compiles at once as it has slots, each done somewhere. */
final class SimulatedClient extends SimulatedProcess {
    private static final long SECOND = 1_000_000_000L;
    private static final long WAIT_MILLIS = 10_000;
    private static final int PLACES_MAX = 3;
    private static final int CALLS_MAX = 4;

    /** A worker says something every second; three times nothing and it is given up. */
    private static final long SILENCE_NANOS_MAX = 3 * SECOND;

    private static final long CONNECT_NANOS_MAX = SECOND;

    private final SimulatedNetwork network;
    private final List<SimulatedScheduler> schedulers;
    private final Map<WorkerId, SimulatedWorker> workers;
    private final LongSupplier durations;
    private final int jobs;

    private final ArrayDeque<Compile> waiting = new ArrayDeque<>();
    private final List<ReturnedGrant> returned = new ArrayList<>();
    private int begun;
    private int current;

    /** For how many of those that wait a call is under way, and how many calls are. */
    private int asked;

    private int calls;

    int done;
    int remote;
    int local;

    /** Jobs that a worker would not run though it was granted, or that it got wrong. */
    int refused;

    /** One compile and how often it was tried. */
    private static final class Compile {
        private final long nanos;
        private int places;
        private boolean isDone;

        private Compile(long nanos) {
            this.nanos = nanos;
        }
    }

    SimulatedClient(
            String name,
            VirtualTime time,
            Random random,
            SimulatedNetwork network,
            List<SimulatedScheduler> schedulers,
            Map<WorkerId, SimulatedWorker> workers,
            int jobs,
            LongSupplier durations) {
        super(name, time, random);
        this.network = network;
        this.schedulers = schedulers;
        this.workers = workers;
        this.jobs = jobs;
        this.durations = durations;
        current = random.nextInt(schedulers.size());
    }

    void build(int slots) {
        for (int i = 0; i < slots; i++) {
            next();
        }
    }

    private void next() {
        if (begun < jobs) {
            begun++;
            waiting.add(new Compile(durations.getAsLong()));
            ask();
        }
    }

    /** The scheduler in use. */
    String scheduler() {
        return schedulers.get(current).name;
    }

    boolean isDone() {
        return done == jobs;
    }

    private void ask() {
        int count = Math.min(waiting.size() - asked, AllocJobRequest.COUNT_MAX);
        if (calls < CALLS_MAX && count > 0) {
            calls++;
            asked += count;
            after(0, () -> ask(count, 0));
        }
    }

    private void answered(int count) {
        calls--;
        asked -= count;
        ask();
    }

    private void ask(int count, int failures) {
        if (failures == schedulers.size()) {
            // Nobody to ask: what waits now is compiled here.
            for (int i = 0; i < count && !waiting.isEmpty(); i++) {
                compileHere(waiting.removeLast());
            }
            answered(count);
            return;
        }
        SimulatedScheduler scheduler = schedulers.get(current);
        var isOver = new boolean[1];
        Runnable fail =
                () -> {
                    if (!isOver[0]) {
                        isOver[0] = true;
                        current = (current + 1) % schedulers.size();
                        ask(count, failures + 1);
                    }
                };
        if (network.isRefused(this, scheduler)) {
            after(network.delayNanos(), fail);
            return;
        }
        var request =
                new AllocJobRequest(
                        Workers.GCC,
                        count,
                        WAIT_MILLIS,
                        name,
                        Priority.NORMAL,
                        1,
                        JobForecast.UNKNOWN,
                        List.of(),
                        List.copyOf(returned.subList(0, Math.min(returned.size(), 256))));
        returned.clear();
        Consumer<Answer> answered =
                answer -> {
                    if (!isOver[0]) {
                        isOver[0] = true;
                        take(answer, count, failures);
                    }
                };
        Consumer<Answer> reply =
                answer -> network.send(scheduler, this, () -> answered.accept(answer));
        network.send(this, scheduler, () -> scheduler.alloc(request, reply));
        probe(scheduler, isOver, fail, reply);
    }

    /** While it waits it looks every half second whether the scheduler still answers. */
    private void probe(
            SimulatedScheduler scheduler, boolean[] isOver, Runnable fail, Consumer<Answer> reply) {
        var isHeard = new boolean[1];
        network.send(this, scheduler, () -> network.send(scheduler, this, () -> isHeard[0] = true));
        after(
                CONNECT_NANOS_MAX,
                () -> {
                    if (isOver[0]) {
                        return;
                    }
                    if (isHeard[0]) {
                        probe(scheduler, isOver, fail, reply);
                    } else {
                        network.send(this, scheduler, () -> scheduler.hungUp(reply));
                        fail.run();
                    }
                });
        after(
                (WAIT_MILLIS + 2_000) * 1_000_000,
                () -> {
                    network.send(this, scheduler, () -> scheduler.hungUp(reply));
                    fail.run();
                });
    }

    private void take(Answer answer, int count, int failures) {
        if (answer.tickets().isEmpty()) {
            current = (current + 1) % schedulers.size();
            ask(count, failures + 1);
            return;
        }
        for (Ticket ticket : answer.tickets()) {
            Compile compile = waiting.poll();
            if (compile == null) {
                returned.add(new ReturnedGrant(ticket.job(), ticket.worker(), Reason.UNUSED));
            } else {
                compileThere(compile, ticket);
            }
        }
        answered(count);
    }

    private void compileHere(Compile compile) {
        after(
                compile.nanos,
                () -> {
                    local++;
                    finish(compile);
                });
    }

    private void finish(Compile compile) {
        if (!compile.isDone) {
            compile.isDone = true;
            done++;
            next();
        }
    }

    private void compileThere(Compile compile, Ticket ticket) {
        SimulatedWorker worker = Objects.requireNonNull(workers.get(ticket.worker()));
        compile.places++;
        var isOver = new boolean[1];
        Consumer<Reason> fail =
                reason -> {
                    if (!isOver[0]) {
                        isOver[0] = true;
                        network.send(this, worker, () -> worker.cancel(ticket.job()));
                        returned.add(new ReturnedGrant(ticket.job(), ticket.worker(), reason));
                        elsewhere(compile);
                    }
                };
        if (network.isRefused(this, worker)) {
            after(network.delayNanos(), () -> fail.accept(Reason.UNREACHABLE));
            return;
        }
        Consumer<Outcome> reply =
                outcome ->
                        network.send(
                                worker,
                                this,
                                () -> {
                                    if (isOver[0]) {
                                        return;
                                    }
                                    if (outcome == Outcome.DONE) {
                                        isOver[0] = true;
                                        remote++;
                                        finish(compile);
                                    } else {
                                        refused++;
                                        fail.accept(Reason.FAILED);
                                    }
                                });
        network.send(this, worker, () -> worker.run(ticket, compile.nanos, reply));
        watch(worker, ticket, isOver, fail);
    }

    private void watch(
            SimulatedWorker worker, Ticket ticket, boolean[] isOver, Consumer<Reason> fail) {
        var isHeard = new boolean[1];
        // Twice, a second apart: one may be lost, and the first may overtake the job.
        for (int i = 1; i <= 2; i++) {
            after(i * SECOND, () -> network.send(this, worker, () -> say(worker, ticket, isHeard)));
        }
        after(
                SILENCE_NANOS_MAX,
                () -> {
                    if (isOver[0]) {
                        return;
                    }
                    if (isHeard[0] && !network.isRefused(this, worker)) {
                        watch(worker, ticket, isOver, fail);
                    } else {
                        fail.accept(Reason.UNREACHABLE);
                    }
                });
    }

    private void say(SimulatedWorker worker, Ticket ticket, boolean[] isHeard) {
        if (worker.runs(ticket.job())) {
            network.send(worker, this, () -> isHeard[0] = true);
        }
    }

    private void elsewhere(Compile compile) {
        if (compile.places >= PLACES_MAX) {
            compileHere(compile);
        } else {
            waiting.addFirst(compile);
            ask();
        }
    }
}
