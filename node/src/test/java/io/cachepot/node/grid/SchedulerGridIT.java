package io.cachepot.node.grid;

import static io.cachepot.node.scheduler.Workers.A;
import static io.cachepot.node.scheduler.Workers.B;
import static io.cachepot.node.scheduler.Workers.CERTIFICATE;
import static io.cachepot.node.scheduler.Workers.GCC;
import static io.cachepot.node.scheduler.Workers.job;
import static io.cachepot.node.scheduler.Workers.jobs;
import static io.cachepot.node.scheduler.Workers.report;
import static io.cachepot.node.scheduler.Workers.reserve;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import io.cachepot.config.GridConfig;
import io.cachepot.config.HostPort;
import io.cachepot.node.scheduler.JobRecord;
import io.cachepot.node.scheduler.WorkerEntry;
import io.cachepot.node.scheduler.WorkerRegistry;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.JobState;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real members on loopback. */
class SchedulerGridIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String name = "test-" + UUID.randomUUID();
    private SchedulerGrid one;
    private SchedulerGrid two;

    @BeforeEach
    void start() {
        one =
                SchedulerGrid.join(
                        grid(List.of()), Optional.empty(), "http://127.0.0.1:1/", "key one");
        two =
                SchedulerGrid.join(
                        grid(one.schedulers().gridMembers()),
                        Optional.empty(),
                        "http://127.0.0.1:2/",
                        "key two");
    }

    @AfterEach
    void stop() {
        two.close();
        one.close();
    }

    private GridConfig grid(List<String> members) {
        return new GridConfig(
                name,
                new HostPort("127.0.0.1", 0),
                Optional.empty(),
                false,
                members.stream().map(HostPort::parse).toList(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(10));
    }

    /** A name, to who does not know the old short forms of addresses, and of another interface. */
    @Test
    void membersAreFoundByName() throws Exception {
        // Given
        int port = HostPort.parse(one.schedulers().gridMembers().getFirst()).port();
        var grid =
                new GridConfig(
                        name,
                        new HostPort("127.0.0.2", 0),
                        Optional.empty(),
                        false,
                        List.of(new HostPort("127.1", port)),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10));

        // When
        try (var three =
                SchedulerGrid.join(grid, Optional.empty(), "http://127.0.0.1:3/", "key three")) {
            // Then
            await(() -> three.schedulers().present().size() == 3);
            assertThat(three.schedulers().gridMembers())
                    .anyMatch(each -> each.startsWith("127.0.0.2:"));
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for too long").isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private static Optional<WorkerEntry> entry(SchedulerGrid grid, WorkerId worker) {
        return grid.workers().find(worker).map(known -> known.entry());
    }

    @Test
    void whatOneSchedulerHearsTheOtherKnows() throws Exception {
        // Given
        var report = report(A, 3, 9, 4, State.UP, List.of(job(1)), List.of(), List.of(GCC));

        // When
        boolean isNew = one.workers().report(A, report, CERTIFICATE);

        // Then
        assertThat(isNew).isTrue();
        await(() -> entry(two, A).isPresent());
        assertThat(entry(two, A)).isEqualTo(entry(one, A));
        assertThat(entry(two, A).orElseThrow())
                .isEqualTo(
                        WorkerEntry.of(
                                A, entry(one, A).orElseThrow().version(), report, CERTIFICATE));
    }

    @Test
    void bothTogetherLeaseNoMoreThanThereIs() throws Exception {
        // Given
        one.workers().report(A, report(A, 1, 7, List.of(), List.of()), CERTIFICATE);

        // When
        var leased = new ArrayList<JobId>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = new ArrayList<Future<List<JobId>>>();
            for (int i = 0; i < 40; i++) {
                WorkerRegistry registry = (i % 2 == 0 ? one : two).workers();
                JobId job = job(i);
                Callable<List<JobId>> call = () -> reserve(registry, A, 1, List.of(job));
                asked.add(threads.submit(call));
            }
            for (var each : asked) {
                leased.addAll(each.get());
            }
        }

        // Then
        assertThat(leased).hasSize(7).doesNotHaveDuplicates();
    }

    @Test
    void aLeaseOfAnotherStartIsNotToBeHad() {
        // Given
        one.workers().report(A, report(A, 1, 7, List.of(), List.of()), CERTIFICATE);

        // When
        List<JobId> leased = reserve(one.workers(), A, 2, jobs(1));

        // Then
        assertThat(leased).isEmpty();
        assertThat(reserve(one.workers(), B, 1, jobs(1))).isEmpty();
    }

    @Test
    void nothingIsLostWithASchedulerThatIsKilled() throws Exception {
        // Given
        two.workers().report(A, report(A, 1, 4, List.of(job(9)), List.of()), CERTIFICATE);
        reserve(two.workers(), A, 1, jobs(2));
        two.jobs().note(job(0), new JobRecord(JobState.STARTED, A, "u", 1, 0));
        await(() -> one.jobs().find(job(0)).isPresent());
        await(() -> entry(one, A).map(WorkerEntry::taken).orElse(0) == 3);

        // When
        kill("key two");

        // Then
        await(() -> one.schedulers().present().size() == 1);
        List<JobId> leased = reserveSoon(one, List.of(job(5), job(6)));
        assertThat(leased).containsExactly(job(5));
        assertThat(one.jobs().find(job(0)).orElseThrow().state()).isEqualTo(JobState.STARTED);
        await(() -> one.schedulers().tokenKeys().containsAll(List.of("key one", "key two")));
        assertThat(one.schedulers().urls()).containsExactly("http://127.0.0.1:1/");
    }

    /** As a crash: without a word to the others. */
    private void kill(String tokenKey) {
        var instances = List.copyOf(Hazelcast.getAllHazelcastInstances());
        var victim =
                instances.stream()
                        .filter(each -> each.getConfig().getClusterName().equals(name))
                        .filter(each ->
                                isOf(each.getCluster().getLocalMember().getUuid(), tokenKey))
                        .findFirst()
                        .orElseThrow();
        victim.getLifecycleService().terminate();
    }

    private boolean isOf(UUID member, String tokenKey) {
        return Hazelcast.getAllHazelcastInstances().stream()
                .filter(each -> each.getConfig().getClusterName().equals(name))
                .flatMap(each ->
                        each.<String, SchedulerValue>getMap(GridSettings.GRID).values().stream())
                .anyMatch(record ->
                        record.tokenKey().equals(tokenKey)
                                && record.member().equals(member.toString()));
    }

    private List<JobId> reserveSoon(SchedulerGrid grid, List<JobId> wanted)
            throws InterruptedException {
        var got = new ArrayList<JobId>();
        await(() -> {
            got.addAll(reserve(grid.workers(), A, 1, wanted));
            return !got.isEmpty();
        });
        return got;
    }

    @Test
    void anEndedJobStaysEnded() throws Exception {
        // Given
        one.jobs().note(job(1), new JobRecord(JobState.COMPLETE, A, "u", 1, 0));
        await(() -> two.jobs().find(job(1)).isPresent());

        // When
        two.jobs().note(job(1), new JobRecord(JobState.STARTED, B, "u", 1, 0));
        two.jobs().note(job(2), new JobRecord(JobState.GRANTED, B, "u", 1, 0));
        await(() -> one.jobs().find(job(2)).isPresent());

        // Then
        assertThat(one.jobs().find(job(1)).orElseThrow().state()).isEqualTo(JobState.COMPLETE);
        assertThat(one.jobs().find(job(3))).isEmpty();
    }

    @Test
    void aWorkersDeathIsSeenByItsMember() throws Exception {
        // Given
        one.workers().report(A, report(A, 1, 4, List.of(job(1)), List.of()), CERTIFICATE);
        var worker = new WorkerGrid(Optional.empty(), Optional.empty(), A, 1);
        worker.start();
        worker.schedulersSay(name, one.schedulers().gridMembers());
        await(() -> one.schedulers().members().size() == 3);
        assertThat(one.schedulers().gridMembers()).hasSize(2);

        // When
        worker.close();

        // Then
        await(() -> entry(one, A).orElseThrow().state() == State.GONE);
        await(() -> entry(two, A).orElseThrow().state() == State.GONE);
        assertThat(entry(one, A).orElseThrow().taken()).isZero();
    }
}
