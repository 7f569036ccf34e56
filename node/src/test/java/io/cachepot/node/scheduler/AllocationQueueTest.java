package io.cachepot.node.scheduler;

import static io.cachepot.node.scheduler.Workers.A;
import static io.cachepot.node.scheduler.Workers.B;
import static io.cachepot.node.scheduler.Workers.CERTIFICATE;
import static io.cachepot.node.scheduler.Workers.GCC;
import static io.cachepot.node.scheduler.Workers.TOKEN_KEYS;
import static io.cachepot.node.scheduler.Workers.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.node.scheduler.AllocationQueue.Step;
import io.cachepot.node.scheduler.AllocationQueue.Waiting;
import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.JobForecast;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.Priority;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AllocationQueueTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long GIB = 1L << 30;

    private final AtomicInteger ids = new AtomicInteger();
    private final WorkerHealth health = new WorkerHealth();
    private final AllocationQueue queue = queue(10, 5);

    private AllocationQueue queue(int waitingMax, int waitingOfClientMax) {
        return new AllocationQueue(
                new AllocationQueue.Settings(
                        "me", Duration.ofSeconds(6), waitingMax, waitingOfClientMax),
                new Random(1),
                () -> job(ids.incrementAndGet()));
    }

    private static KnownWorker worker(WorkerId id, int permits) {
        return worker(id, permits, List.of(), 0);
    }

    private static KnownWorker worker(
            WorkerId id, int permits, List<ToolchainId> toolchains, long memoryBytes) {
        var report =
                new WorkerReport(
                        1,
                        1,
                        "https://" + id + "/",
                        "pem",
                        TOKEN_KEYS.publicKey(),
                        permits,
                        WorkerReport.State.UP,
                        List.of(),
                        List.of(),
                        toolchains,
                        permits,
                        memoryBytes,
                        -1,
                        List.of(),
                        "test");
        return new KnownWorker(WorkerEntry.of(id, 1, report, CERTIFICATE), 0);
    }

    private static AllocJobRequest request(String client, int count) {
        return AllocJobRequest.of(GCC, count, 10_000, client);
    }

    private static AllocJobRequest needing(long memoryBytes, int count) {
        return new AllocJobRequest(
                GCC,
                count,
                10_000,
                "u",
                Priority.NORMAL,
                1,
                new JobForecast(100, memoryBytes),
                List.of(),
                List.of());
    }

    private Waiting ask(AllocJobRequest request) {
        var waiting = new Waiting(request, 0);
        assertThat(queue.add(waiting, 0)).isEmpty();
        return waiting;
    }

    private List<Step> plan(KnownWorker... workers) {
        return queue.plan(List.of(workers), health, 0);
    }

    private static List<Step.Reserve> reserves(List<Step> steps) {
        return steps.stream().map(Step.Reserve.class::cast).toList();
    }

    private List<Step> grantAll(Step.Reserve reserve) {
        return queue.reserved(
                reserve, new Reservation.Leased(List.copyOf(reserve.jobs().keySet())), 0);
    }

    private static int countOf(List<Step> steps, Waiting waiting) {
        return reserves(steps).stream()
                .mapToInt(
                        step -> (int) step.jobs().values().stream().filter(waiting::equals).count())
                .sum();
    }

    @Test
    void onlyWhatTheEntryGaveIsGranted() {
        // Given
        Waiting waiting = ask(request("u", 4));
        Step.Reserve reserve = reserves(plan(worker(A, 4))).getFirst();
        var first = List.copyOf(reserve.jobs().keySet()).subList(0, 1);

        // When
        List<Step> steps = queue.reserved(reserve, new Reservation.Leased(first), 0);

        // Then
        var served = (Step.Served) steps.getLast();
        assertThat(served.waiting()).isEqualTo(waiting);
        assertThat(served.jobs()).containsOnlyKeys(first);
    }

    @Test
    void whoGotNothingIsInFrontAgain() {
        // Given
        Waiting first = ask(request("u", 1));
        Step.Reserve reserve = reserves(plan(worker(A, 1))).getFirst();
        ask(request("u", 1));

        // When
        List<Step> steps = queue.reserved(reserve, new Reservation.Leased(List.of()), 0);

        // Then
        assertThat(steps).isEmpty();
        assertThat(queue.waiting()).isEqualTo(2);
        assertThat(countOf(plan(worker(A, 1)), first)).isEqualTo(1);
    }

    @Test
    void permitsUnderWayAreNotGivenTwice() {
        // Given
        ask(request("u", 3));
        assertThat(reserves(plan(worker(A, 3)))).hasSize(1);
        ask(request("v", 3));

        // When
        List<Step> steps = plan(worker(A, 3));

        // Then
        assertThat(steps).isEmpty();
        assertThat(queue.waiting()).isEqualTo(1);
    }

    @Test
    void whatTheGridDoesNotSayIsTakenBackAndTriedAgainTwice() {
        // Given
        Waiting waiting = ask(request("u", 2));

        for (int i = 1; i <= 3; i++) {
            // When
            Step.Reserve reserve = reserves(plan(worker(A, 2))).getFirst();
            List<Step> steps = queue.reserved(reserve, new Reservation.Unknown("frozen"), 0);

            // Then
            assertThat(steps).contains(new Step.Release(A, List.copyOf(reserve.jobs().keySet())));
            assertThat(queue.underWay()).isZero();
            assertThat(steps.contains(new Step.Failed(waiting, "frozen"))).isEqualTo(i == 3);
        }
        assertThat(queue.waiting()).isZero();
    }

    @Test
    void aGrantForOneWhoLeftIsTakenBack() {
        // Given
        Waiting waiting = ask(request("u", 2));
        Step.Reserve reserve = reserves(plan(worker(A, 2))).getFirst();
        queue.leave(waiting);

        // When
        List<Step> steps = grantAll(reserve);

        // Then
        assertThat(steps)
                .containsExactly(new Step.Release(A, List.copyOf(reserve.jobs().keySet())));
    }

    @Test
    void theToolchainDecidesWhere() {
        // Given
        ask(request("u", 4));

        // When
        List<Step> steps = plan(worker(A, 64), worker(B, 8, List.of(GCC), 0));

        // Then
        assertThat(reserves(steps)).extracting(step -> step.worker().id()).containsOnly(B);
    }

    @Test
    void aWorkerWithoutTheToolchainIsBetterThanNone() {
        // Given
        var other = new ToolchainId(Digest.of(Bytes.utf8("other")));
        ask(request("u", 3));

        // When
        List<Step> steps = plan(worker(A, 8), worker(B, 1, List.of(GCC, other), 0));

        // Then
        assertThat(reserves(steps)).extracting(step -> step.worker().id()).contains(A, B);
    }

    @Test
    void memoryIsNotPromisedTwice() {
        // Given
        ask(needing(3 * GIB, 8));

        // When
        List<Step> steps = plan(worker(A, 8, List.of(), 10 * GIB));

        // Then
        assertThat(reserves(steps).getFirst().jobs()).hasSize(3);
    }

    @Test
    void aJobLargerThanAnyWorkerGetsAnIdleOneForItself() {
        // Given
        ask(needing(30 * GIB, 2));

        // When
        List<Step> steps = plan(worker(A, 8, List.of(), 10 * GIB));

        // Then
        assertThat(reserves(steps).getFirst().jobs()).hasSize(1);
    }

    @Test
    void whoFindsNoMemoryLetsOthersPass() {
        // Given
        ask(needing(5 * GIB, 1));
        grantAll(reserves(plan(worker(A, 8, List.of(), 10 * GIB))).getFirst());
        Waiting large = ask(needing(30 * GIB, 1));
        Waiting small = ask(request("v", 1));
        WorkerEntry busy =
                worker(A, 8, List.of(), 10 * GIB)
                        .entry()
                        .reserve(Workers.leases(List.of(job(99)), "me"));

        // When
        List<Step> steps = queue.plan(List.of(new KnownWorker(busy, 0)), health, 0);

        // Then
        assertThat(countOf(steps, small)).isEqualTo(1);
        assertThat(countOf(steps, large)).isZero();
        assertThat(queue.waiting()).isEqualTo(1);
    }

    @Test
    void aWorkerThatFailedAClientIsNotGivenToIt() {
        // Given
        health.failed(A, "u", 0);
        Waiting failed = ask(request("u", 1));
        Waiting other = ask(request("v", 1));

        // When
        List<Step> steps = plan(worker(A, 8));

        // Then
        assertThat(countOf(steps, failed)).isZero();
        assertThat(countOf(steps, other)).isEqualTo(1);
    }

    @Test
    void aWorkerInQuarantineIsTriedWithOneJob() {
        // Given
        health.failed(A, "x", 0);
        health.failed(A, "y", 0);
        ask(request("u", 5));

        // When
        List<Step> during = plan(worker(A, 8));
        List<Step> after =
                queue.plan(
                        List.of(new KnownWorker(worker(A, 8).entry(), 2 * SECOND)),
                        health,
                        2 * SECOND);

        // Then
        assertThat(during).isEmpty();
        assertThat(reserves(after).getFirst().jobs()).hasSize(1);
    }

    @Test
    void sharesFollowPriority() {
        // Given
        Waiting usual = ask(request("u", 100));
        Waiting high = ask(ofPriority("high", Priority.HIGH));
        Waiting low = ask(ofPriority("low", Priority.LOW));

        // When
        List<Step> steps = plan(worker(A, 42), worker(B, 42));

        // Then
        assertThat(countOf(steps, usual)).isBetween(14, 18);
        assertThat(countOf(steps, high)).isBetween(61, 66);
        assertThat(countOf(steps, low)).isBetween(3, 6);
    }

    private static AllocJobRequest ofPriority(String client, Priority priority) {
        return new AllocJobRequest(
                GCC, 100, 10_000, client, priority, 1, JobForecast.UNKNOWN, List.of(), List.of());
    }

    @Test
    void whereAJobRunsItIsNotRunASecondTime() {
        // Given
        Waiting hedge =
                ask(
                        new AllocJobRequest(
                                GCC,
                                1,
                                10_000,
                                "u",
                                Priority.NORMAL,
                                2,
                                JobForecast.UNKNOWN,
                                List.of(A),
                                List.of()));

        // When
        List<Step> alone = plan(worker(A, 4));
        List<Step> withAnother = plan(worker(A, 4), worker(B, 4));

        // Then
        assertThat(alone).isEmpty();
        assertThat(reserves(withAnother).getFirst().worker().id()).isEqualTo(B);
        assertThat(countOf(withAnother, hedge)).isEqualTo(1);
    }

    @Test
    void aSlowWorkerIsChosenLessOften() {
        // Given
        var lease = new LinkedHashMap<JobId, Lease>();
        WorkerEntry slow = worker(A, 1_000).entry();
        for (int i = 0; i < 60; i++) {
            lease.clear();
            lease.put(job(1_000 + i), new Lease("me", "u", new JobForecast(100, 0)));
            slow = slow.reserve(lease);
            var ended = new EndedJob(job(1_000 + i), 400);
            slow =
                    slow.report(
                            new WorkerReport(
                                    1,
                                    i + 2,
                                    slow.url(),
                                    "pem",
                                    TOKEN_KEYS.publicKey(),
                                    1_000,
                                    WorkerReport.State.UP,
                                    List.of(),
                                    List.of(ended),
                                    List.of(),
                                    8,
                                    0,
                                    -1,
                                    List.of(),
                                    "test"),
                            CERTIFICATE);
        }
        var counts = new ArrayList<WorkerId>();

        // When
        for (int i = 0; i < 100; i++) {
            ask(request("u", 1));
            List<Step.Reserve> steps =
                    reserves(
                            queue.plan(
                                    List.of(new KnownWorker(slow, 0), worker(B, 1_000)),
                                    health,
                                    0));
            counts.add(steps.getFirst().worker().id());
            grantAll(steps.getFirst());
        }

        // Then
        assertThat(counts).filteredOn(A::equals).hasSizeLessThan(40);
    }

    @Test
    void tooManyAreTurnedDownAtOnce() {
        // Given
        for (int i = 0; i < 5; i++) {
            ask(request("u", 1));
        }

        // When
        var sixth = new Waiting(request("u", 1), 0);
        List<Step> ofOne = queue.add(sixth, 0);
        for (int i = 0; i < 5; i++) {
            ask(request("v", 1));
        }
        var eleventh = new Waiting(request("w", 1), 0);
        List<Step> ofAll = queue.add(eleventh, 0);

        // Then
        assertThat(((Step.TurnedDown) ofOne.getFirst()).refusal().reason())
                .isEqualTo("5 requests of this client wait already");
        assertThat(((Step.TurnedDown) ofAll.getFirst()).refusal().reason())
                .isEqualTo("10 requests wait already");
    }

    @Test
    void whoWaitedTooLongIsTurnedDownWithATimeToComeAgain() {
        // Given
        Waiting waiting = ask(request("u", 1));
        WorkerEntry full = worker(A, 1).entry().reserve(Workers.leases(List.of(job(9)), "other"));

        // When
        List<Step> early =
                queue.plan(List.of(new KnownWorker(full, 9 * SECOND)), health, 9 * SECOND);
        List<Step> late =
                queue.plan(List.of(new KnownWorker(full, 10 * SECOND)), health, 10 * SECOND);

        // Then
        assertThat(queue.nextLateNanos(0)).isGreaterThan(10 * SECOND);
        assertThat(early).isEmpty();
        var turnedDown = (Step.TurnedDown) late.getFirst();
        assertThat(turnedDown.waiting()).isEqualTo(waiting);
        assertThat(turnedDown.refusal().reason()).isEqualTo("all 1 permits are taken");
        assertThat(turnedDown.refusal().retryAfterMillis()).isBetween(1_000L, 10_000L);
    }

    @Test
    void aSilentWorkerIsNotThere() {
        // Given
        ask(request("u", 1));

        // When
        List<Step> steps = queue.plan(List.of(worker(A, 4)), health, 7 * SECOND);

        // Then
        assertThat(((Step.TurnedDown) steps.getFirst()).refusal().reason())
                .isEqualTo("no worker is connected");
    }
}
