package io.cachepot.node.scheduler;

import io.cachepot.node.scheduler.AllocationQueue.Step;
import io.cachepot.node.scheduler.AllocationQueue.Waiting;
import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.ReturnedGrant;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A scheduler of the simulation: the production queue, view, health and sweeper, wired anew. */
final class SimulatedScheduler extends SimulatedProcess implements WorkerRegistry {
    private static final long TICK_NANOS = 500_000_000L;
    private static final long SWEEP_NANOS = 1_000_000_000L;
    static final Duration LEASE_LIFETIME = Duration.ofSeconds(30);

    private final Random random;
    private final SimulatedGrid.Member member;
    private final SimulatedGrid grid;
    private final List<SimulatedScheduler> all;

    AllocationQueue queue;
    LeaseSweeper sweeper;
    WorkersView view = new WorkersView();
    private GivenGrants grants = new GivenGrants();
    private Map<Waiting, Consumer<Answer>> asking = new HashMap<>();
    private final SchedulerDirectory directory = new FixedDirectory(this::self, this::present);
    private boolean isPlanDue;
    private int starts;

    /** A grant, or why there is none. */
    record Answer(List<Ticket> tickets, String refusal) {}

    /** What a grant proves to a worker. */
    record Ticket(JobId job, WorkerId worker, long incarnation) {}

    SimulatedScheduler(
            String name,
            VirtualTime time,
            Random random,
            SimulatedGrid grid,
            List<SimulatedScheduler> all) {
        super(name, time, random);
        this.random = random;
        this.grid = grid;
        this.all = all;
        all.add(this);
        member = grid.join(this, this::seen);
        queue = newQueue();
        sweeper = new LeaseSweeper(this, directory, new MemoryLedger(), LEASE_LIFETIME);
        startTimers();
    }

    private AllocationQueue newQueue() {
        return new AllocationQueue(
                AllocationQueue.Settings.of(self()), random, () -> newJob(random));
    }

    static JobId newJob(Random random) {
        return new JobId("%016x%016x".formatted(random.nextLong(), random.nextLong()));
    }

    private void startTimers() {
        after(TICK_NANOS, this::tick);
        after(SWEEP_NANOS, this::sweep);
    }

    private void tick() {
        planSoon();
        after(TICK_NANOS, this::tick);
    }

    private void sweep() {
        sweeper.sweep(nanoTime());
        after(SWEEP_NANOS, this::sweep);
    }

    /** Starts after a kill, knowing nothing but what the grid holds. */
    void restart() {
        begin();
        starts++;
        queue = newQueue();
        view = new WorkersView();
        grants = new GivenGrants();
        asking = new HashMap<>();
        isPlanDue = false;
        sweeper = new LeaseSweeper(this, directory, new MemoryLedger(), LEASE_LIFETIME);
        grid.rejoined(member);
        startTimers();
    }

    private void seen(@Nullable WorkerEntry entry, boolean isMerge) {
        if (isMerge) {
            view.replace(List.of(), nanoTime());
        }
        if (entry != null) {
            view.see(entry, nanoTime());
        }
        planSoon();
    }

    private void planSoon() {
        if (!isPlanDue) {
            isPlanDue = true;
            after(
                    10_000,
                    () -> {
                        isPlanDue = false;
                        perform(queue.plan(view.workers(), grants.health(), nanoTime()));
                    });
        }
    }

    void alloc(AllocJobRequest request, Consumer<Answer> reply) {
        for (ReturnedGrant back : request.returned()) {
            if (grants.takeBack(request.client(), back, find(back.worker()), nanoTime())) {
                release(back.worker(), List.of(back.job()));
            }
        }
        var waiting = new Waiting(request, nanoTime());
        asking.put(waiting, reply);
        perform(queue.add(waiting, nanoTime()));
        planSoon();
    }

    /** The connection of the asker broke. */
    void hungUp(Consumer<Answer> reply) {
        asking.entrySet()
                .removeIf(entry -> {
                    boolean isIt = entry.getValue().equals(reply);
                    if (isIt) {
                        queue.leave(entry.getKey());
                    }
                    return isIt;
                });
    }

    private void perform(List<Step> steps) {
        for (Step step : steps) {
            switch (step) {
                case Step.Served served -> {
                    var tickets =
                            served.jobs().entrySet().stream()
                                    .map(job ->
                                            new Ticket(
                                                    job.getKey(),
                                                    job.getValue().id(),
                                                    job.getValue().incarnation()))
                                    .toList();
                    String client = served.waiting().request().client();
                    tickets.forEach(ticket -> grants.granted(ticket.job, ticket.worker, client));
                    answer(served.waiting(), new Answer(tickets, ""));
                }
                case Step.TurnedDown(var waiting, var refusal) ->
                        answer(waiting, new Answer(List.of(), refusal.reason()));
                case Step.Failed(var waiting, var reason) ->
                        answer(waiting, new Answer(List.of(), reason));
                case Step.Reserve reserve ->
                        reserve(
                                reserve.worker().id(),
                                reserve.worker().incarnation(),
                                reserve.leases(self()),
                                outcome -> {
                                    perform(queue.reserved(reserve, outcome, nanoTime()));
                                    planSoon();
                                });
                case Step.Release(var worker, var jobs) -> release(worker, jobs);
            }
        }
    }

    private void answer(Waiting waiting, Answer answer) {
        Consumer<Answer> reply = asking.remove(waiting);
        if (reply != null) {
            reply.accept(answer);
        }
    }

    /** A report of a worker arrives; {@code reply} when it was taken. */
    void report(WorkerId worker, WorkerReport report, Runnable reply) {
        if (view.hear(worker, report, nanoTime())) {
            hearOf(worker, report, false);
            reply.run();
            return;
        }
        boolean isNew =
                view.find(worker)
                        .map(known -> known.entry().incarnation() < report.incarnation())
                        .orElse(true);
        member.change(
                worker,
                was ->
                        was == null
                                ? WorkerEntry.of(
                                        worker,
                                        WorkerEntry.firstVersion(time.nowNanos() / 1_000_000),
                                        report,
                                        Workers.CERTIFICATE)
                                : was.report(report, Workers.CERTIFICATE),
                (entry, failure) -> {
                    if (failure == null) {
                        see(entry);
                        hearOf(worker, report, isNew);
                        reply.run();
                    }
                });
    }

    private void hearOf(WorkerId worker, WorkerReport report, boolean isNew) {
        if (isNew) {
            grants.health().restarted(worker);
        }
        grants.ended(worker, report.ended(), nanoTime());
    }

    private void see(@Nullable WorkerEntry entry) {
        if (entry != null) {
            view.see(entry, nanoTime());
            planSoon();
        }
    }

    @Override
    public List<KnownWorker> workers() {
        return view.workers();
    }

    @Override
    public Optional<KnownWorker> find(WorkerId worker) {
        return view.find(worker);
    }

    @Override
    public void reserve(
            WorkerId worker,
            long incarnation,
            SequencedMap<JobId, Lease> leases,
            Consumer<Reservation> then) {
        var wanted = new LinkedHashMap<>(leases);
        member.change(
                worker,
                was -> was == null || was.incarnation() != incarnation ? was : was.reserve(wanted),
                (entry, failure) -> {
                    see(entry);
                    then.accept(
                            failure == null
                                    ? Reservation.Leased.of(entry, wanted.keySet())
                                    : new Reservation.Unknown(failure));
                });
    }

    @Override
    public boolean report(WorkerId worker, WorkerReport report, Digest certificate) {
        throw new UnsupportedOperationException("the simulation reports without waiting");
    }

    @Override
    public Optional<String> certificatePem(WorkerId worker) {
        return Optional.empty();
    }

    @Override
    public void release(WorkerId worker, Collection<JobId> jobs) {
        var back = List.copyOf(jobs);
        member.change(
                worker, was -> was == null ? null : was.release(back), (entry, _) -> see(entry));
    }

    @Override
    public void gone(WorkerId worker, long incarnation) {
        member.change(
                worker,
                was -> was == null ? null : was.gone(incarnation),
                (entry, _) -> see(entry));
    }

    @Override
    public boolean drain(WorkerId worker, boolean isDrained) {
        throw new UnsupportedOperationException("no operator is simulated");
    }

    @Override
    public void onChange(Runnable listener) {
        throw new UnsupportedOperationException("the simulation plans after each change");
    }

    Map<WorkerId, WorkerEntry> entries() {
        return member.entries();
    }

    String self() {
        return name + "#" + starts;
    }

    private Set<String> present() {
        var present = new TreeSet<String>();
        all.stream()
                .filter(each -> each == this || (each.isUp() && grid.isTogether()))
                .forEach(each -> present.add(each.self()));
        return present;
    }
}
