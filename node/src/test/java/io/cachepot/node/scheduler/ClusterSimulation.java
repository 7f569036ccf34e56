package io.cachepot.node.scheduler;

import io.cachepot.protocol.WorkerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * Two schedulers, workers and clients in virtual time, of which all run the production decisions;
 * what is promised of them is looked at all the time.
 */
final class ClusterSimulation {
    static final long SECOND = 1_000_000_000L;

    /** Faults begin and end within this time of the start. */
    private static final long FAULTS_NANOS = 40 * SECOND;

    /** A build that takes longer than this hangs. */
    private static final long PATIENCE_NANOS = 3_600 * SECOND;

    /** Workers go on to report, and word of that takes a moment. */
    private static final int VERSIONS_UNDER_WAY_MAX = 4;

    /** Reports, time-outs and leases of the last fault are over by then. */
    private static final long SETTLED_NANOS = 90 * SECOND;

    /**
     * Beyond its permits a worker's entry is only until leases end that a merge brought together.
     */
    private static final long EXCESS_NANOS_MAX =
            SimulatedScheduler.LEASE_LIFETIME.toNanos() + 15 * SECOND;

    final VirtualTime time = new VirtualTime();
    final Random random;
    final SimulatedNetwork network;
    final SimulatedGrid grid;
    final List<SimulatedScheduler> schedulers = new ArrayList<>();
    final Map<WorkerId, SimulatedWorker> workers = new LinkedHashMap<>();
    final List<SimulatedClient> clients = new ArrayList<>();
    final List<String> broken = new ArrayList<>();
    private final Map<WorkerId, Long> excessSince = new HashMap<>();

    ClusterSimulation(long seed) {
        random = new Random(seed);
        network = new SimulatedNetwork(time, random);
        grid = new SimulatedGrid(time, network, random);
        for (String name : List.of("A", "B")) {
            new SimulatedScheduler(name, time, random, grid, schedulers);
        }
    }

    void workers(int count, int jobsMax) {
        for (int i = 0; i < count; i++) {
            var id = new WorkerId("w" + i + ":1");
            workers.put(
                    id,
                    new SimulatedWorker(
                            id, jobsMax, time, random, network, schedulers, broken::add));
        }
    }

    void client(int jobs, LongSupplier durations) {
        clients.add(
                new SimulatedClient(
                        "client" + clients.size(),
                        time,
                        random,
                        network,
                        schedulers,
                        workers,
                        jobs,
                        durations));
    }

    /** Compile times as builds have them: most are short, some very long. */
    long duration() {
        return (long) (120e6 * Math.exp(random.nextGaussian()));
    }

    /** Lets workers report, then starts all builds. */
    void begin(int slots) {
        runFor(SECOND);
        clients.forEach(client -> client.build(slots));
    }

    void runFor(long nanos) {
        long until = time.nowNanos() + nanos;
        while (time.step(until)) {
            // What happens, happens there.
        }
    }

    /** Runs until every build is over; how long that took. */
    long runBuilds() {
        long began = time.nowNanos();
        long nextLook = began;
        while (clients.stream().anyMatch(client -> !client.isDone())) {
            if (!time.step(began + PATIENCE_NANOS)) {
                broken.add("a build hangs: " + unfinished());
                break;
            }
            if (time.nowNanos() >= nextLook) {
                look();
                nextLook = time.nowNanos() + SECOND;
            }
        }
        return time.nowNanos() - began;
    }

    /** Runs until every build and every fault is over, and looks at what is left. */
    void runToRest() {
        runBuilds();
        runFor(FAULTS_NANOS);
        network.lossShare = 0;
        settle();
    }

    private List<String> unfinished() {
        return clients.stream()
                .filter(client -> !client.isDone())
                .map(client -> client.name + " did " + client.done)
                .toList();
    }

    /** What must be true at every moment. */
    private void look() {
        for (SimulatedScheduler scheduler : schedulers) {
            if (scheduler.queue.waiting() > 10_000) {
                broken.add(scheduler.name + " has " + scheduler.queue.waiting() + " in line");
            }
            if (scheduler.isUp() && !scheduler.isFrozen()) {
                scheduler.entries().values().forEach(this::lookAt);
            }
        }
    }

    private void lookAt(WorkerEntry entry) {
        if (entry.taken() <= entry.jobsMax()) {
            excessSince.remove(entry.id());
            return;
        }
        long since = excessSince.computeIfAbsent(entry.id(), _ -> time.nowNanos());
        if (time.nowNanos() - since > EXCESS_NANOS_MAX) {
            broken.add(
                    "%s has %d of %d permits taken for %d s"
                            .formatted(
                                    entry.id(),
                                    entry.taken(),
                                    entry.jobsMax(),
                                    (time.nowNanos() - since) / SECOND));
            excessSince.put(entry.id(), time.nowNanos());
        }
    }

    /** What must be true when nothing happens any more. */
    private void settle() {
        for (long waited = 0; waited < SETTLED_NANOS; waited += SECOND) {
            runFor(SECOND);
            look();
        }
        for (SimulatedScheduler scheduler : schedulers) {
            if (scheduler.queue.waiting() > 0 || scheduler.queue.underWay() > 0) {
                broken.add(
                        "%s has %d in line and %d under way after all is done"
                                .formatted(
                                        scheduler.name,
                                        scheduler.queue.waiting(),
                                        scheduler.queue.underWay()));
            }
            if (scheduler.sweeper.watched() > 0) {
                broken.add(scheduler.name + " watches leases after all is done");
            }
            workers.values().forEach(worker -> lookAtIdle(scheduler, worker));
        }
    }

    private void lookAtIdle(SimulatedScheduler scheduler, SimulatedWorker worker) {
        if (worker.running() > 0) {
            broken.add(worker.name + " runs " + worker.running() + " after all is done");
        }
        WorkerEntry held = scheduler.entries().get(worker.id);
        WorkerEntry seen = scheduler.view.find(worker.id).map(KnownWorker::entry).orElse(null);
        if (held == null || held.taken() > 0 || held.incarnation() != worker.incarnation) {
            broken.add(scheduler.name + " holds of the idle " + worker.name + ": " + held);
        } else if (seen == null
                || seen.taken() > 0
                || held.version() - seen.version() > VERSIONS_UNDER_WAY_MAX) {
            broken.add(scheduler.name + " sees " + seen + ", the grid holds " + held);
        }
    }

    /** Breaks something for a while; all is well again after {@link #FAULTS_NANOS}. */
    void breakSomething() {
        long from = random.nextLong(FAULTS_NANOS / 2);
        long length = Math.min(FAULTS_NANOS - from, 100_000_000L + random.nextLong(15 * SECOND));
        SimulatedScheduler scheduler = schedulers.get(random.nextInt(2));
        SimulatedScheduler other = schedulers.get(scheduler == schedulers.get(0) ? 1 : 0);
        SimulatedWorker worker = List.copyOf(workers.values()).get(random.nextInt(workers.size()));
        SimulatedClient client = clients.get(random.nextInt(clients.size()));
        switch (random.nextInt(10)) {
            case 0 -> during(from, length, () -> kill(scheduler), () -> start(scheduler));
            case 1 -> during(from, length, () -> freeze(scheduler), () -> thaw(scheduler));
            case 2 -> during(from, length, () -> cut(scheduler, other), this::heal);
            case 3 -> during(from, length, () -> network.cut(client, scheduler), this::heal);
            case 4 -> during(from, length, () -> network.cut(scheduler, client), this::heal);
            case 5 -> during(from, length, () -> kill(worker), () -> start(worker));
            case 6 -> during(from, length, worker::freeze, worker::thaw);
            case 7 -> during(from, length, () -> cut(worker, client), this::heal);
            case 8 ->
                    during(
                            from,
                            length,
                            () -> schedulers.forEach(each -> cut(worker, each)),
                            this::heal);
            default ->
                    during(
                            from,
                            length,
                            () -> worker.giveGarbage(true),
                            () -> worker.giveGarbage(false));
        }
    }

    private void during(long from, long length, Runnable begin, Runnable end) {
        time.after(from, begin);
        time.after(from + length, end);
    }

    private void kill(SimulatedScheduler scheduler) {
        scheduler.kill();
        grid.look();
    }

    private static void start(SimulatedScheduler scheduler) {
        if (!scheduler.isUp()) {
            scheduler.restart();
        }
    }

    private void freeze(SimulatedScheduler scheduler) {
        scheduler.freeze();
        grid.look();
    }

    private void thaw(SimulatedScheduler scheduler) {
        scheduler.thaw();
        grid.look();
    }

    private void cut(SimulatedProcess one, SimulatedProcess other) {
        network.cut(one, other);
        if (random.nextBoolean()) {
            network.cut(other, one);
        }
        grid.look();
    }

    private void heal() {
        network.heal();
        grid.look();
    }

    /** The schedulers' grid sees a worker's death at once, as its connections close. */
    private void kill(SimulatedWorker worker) {
        long incarnation = worker.incarnation;
        worker.kill();
        schedulers.forEach(scheduler ->
                scheduler.after(SECOND / 2, () -> scheduler.gone(worker.id, incarnation)));
    }

    private static void start(SimulatedWorker worker) {
        if (!worker.isUp()) {
            worker.restart();
        }
    }
}
