package io.cachepot.node.scheduler;

import static io.cachepot.node.scheduler.Workers.A;
import static io.cachepot.node.scheduler.Workers.B;
import static io.cachepot.node.scheduler.Workers.CERTIFICATE;
import static io.cachepot.node.scheduler.Workers.GCC;
import static io.cachepot.node.scheduler.Workers.TOKEN_KEYS;
import static io.cachepot.node.scheduler.Workers.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.AllocJobResponse.Granted;
import io.cachepot.protocol.AllocJobResponse.Refused;
import io.cachepot.protocol.Grant;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.JobState;
import io.cachepot.protocol.auth.JobTokenSigner;
import io.cachepot.protocol.auth.JobTokenVerifier;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AllocatorTest {
    private final MemoryRegistry registry = new MemoryRegistry();
    private final MemoryLedger ledger = new MemoryLedger();
    private final JobTokenSigner signer = new JobTokenSigner();
    private final Allocator allocator =
            new Allocator(
                    registry,
                    ledger,
                    "me",
                    new AllocationQueue(
                            AllocationQueue.Settings.of("me"),
                            new Random(7),
                            () -> JobId.random(new SecureRandom())),
                    new GrantWriter(signer, InstantSource.system()),
                    new ClusterEvents(InstantSource.system()),
                    System::nanoTime);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeEach
    void start() {
        allocator.start();
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        allocator.close();
    }

    private static AllocJobRequest request(int count, long waitMillis, String client) {
        return AllocJobRequest.of(GCC, count, waitMillis, client);
    }

    private Future<AllocJobResponse> ask(int count, String client) {
        Callable<AllocJobResponse> call = () -> allocator.alloc(request(count, 60_000, client));
        return threads.submit(call);
    }

    private static List<Grant> grants(AllocJobResponse response) {
        return ((Granted) response).grants();
    }

    private void end(Grant grant, long sequence, int jobsMax) {
        registry.report(
                grant.worker(),
                report(grant.worker(), sequence, jobsMax, List.of(), List.of(grant.job())),
                CERTIFICATE);
    }

    @Test
    void grantsNameTheWorkerAndCarryItsTicket() throws Exception {
        // Given
        registry.report(A, report(A, 1, 4, List.of(), List.of()), CERTIFICATE);

        // When
        Grant grant = grants(allocator.alloc(request(1, 0, "u"))).getFirst();

        // Then
        assertThat(grant.workerUrl()).isEqualTo("https://a:1/");
        assertThat(grant.certificateDigest()).isEqualTo(CERTIFICATE);
        assertThat(grant.toolchainPresent()).isFalse();
        var ticket =
                new JobTokenVerifier(
                                TOKEN_KEYS, List.of(signer.publicKey()), InstantSource.system())
                        .verify(grant.token());
        assertThat(ticket.job()).isEqualTo(grant.job());
        assertThat(ticket.worker()).isEqualTo(A);
        assertThat(ticket.incarnation()).isEqualTo(1);
        assertThat(ticket.toolchain()).isEqualTo(GCC);
        assertThat(ledger.find(grant.job()).orElseThrow().state()).isEqualTo(JobState.GRANTED);
    }

    @Test
    void grantsWhatThereIsRatherThanNothing() throws Exception {
        // Given
        registry.report(A, report(A, 1, 2, List.of(), List.of()), CERTIFICATE);
        registry.report(B, report(B, 1, 1, List.of(), List.of()), CERTIFICATE);

        // When
        List<Grant> grants = grants(allocator.alloc(request(10, 0, "u")));

        // Then
        assertThat(grants).hasSize(3);
        assertThat(grants.stream().map(Grant::job).distinct()).hasSize(3);
    }

    @Test
    void refusesAtOnceWhenThereIsNoWorker() throws Exception {
        assertThat(allocator.alloc(request(1, 60_000, "u")))
                .isEqualTo(new Refused("no worker is connected", 1_000));
    }

    @Test
    void refusesWhenNoPermitComesFreeInTime() throws Exception {
        // Given
        registry.report(A, report(A, 1, 1, List.of(), List.of()), CERTIFICATE);
        allocator.alloc(request(1, 0, "u"));

        // When
        var response = allocator.alloc(request(1, 20, "u"));

        // Then
        assertThat(response).isEqualTo(new Refused("all 1 permits are taken", 1_000));
    }

    @Test
    void whoWaitsIsServedWhenAJobEnds() throws Exception {
        // Given
        registry.report(A, report(A, 1, 1, List.of(), List.of()), CERTIFICATE);
        Grant first = grants(allocator.alloc(request(1, 0, "u"))).getFirst();
        Future<AllocJobResponse> second = ask(1, "u");

        // When
        end(first, 2, 1);

        // Then
        assertThat(grants(second.get())).hasSize(1);
    }

    @Test
    void aLargeRequestLeavesSomeForOthers() throws Exception {
        // Given
        registry.report(A, report(A, 1, 1, List.of(), List.of()), CERTIFICATE);
        Grant only = grants(allocator.alloc(request(1, 0, "x"))).getFirst();
        Future<AllocJobResponse> large = ask(100, "large");
        Future<AllocJobResponse> small = ask(1, "small");
        while (allocator.waiting() < 2) {
            Thread.onSpinWait();
        }

        // When
        end(only, 2, 8);

        // Then
        assertThat(grants(small.get())).hasSize(1);
        assertThat(grants(large.get())).hasSizeBetween(3, 7);
    }

    @Test
    void neverGrantsMoreThanThereIs() throws Exception {
        // Given
        registry.report(A, report(A, 1, 3, List.of(), List.of()), CERTIFICATE);
        registry.report(B, report(B, 1, 2, List.of(), List.of()), CERTIFICATE);
        var asked = new ArrayList<Future<AllocJobResponse>>();

        // When
        for (int i = 0; i < 40; i++) {
            String client = "c" + i % 3;
            asked.add(threads.submit(() -> allocator.alloc(request(1, 300, client))));
        }
        var jobs = new ArrayList<JobId>();
        for (var each : asked) {
            if (each.get() instanceof Granted(var grants)) {
                grants.forEach(grant -> jobs.add(grant.job()));
            }
        }

        // Then
        assertThat(jobs).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    void aGridThatIsDownIsToldToWhoAsks() {
        // Given
        registry.report(A, report(A, 1, 1, List.of(), List.of()), CERTIFICATE);
        registry.isDown = true;

        // When
        Throwable failure = catchThrowable(() -> allocator.alloc(request(1, 60_000, "u")));

        // Then
        assertThat(failure)
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("the grid is down");
    }

    @Test
    void whoWaitsIsRefusedWhenItStops() throws Exception {
        // Given
        registry.report(A, report(A, 1, 1, List.of(), List.of()), CERTIFICATE);
        allocator.alloc(request(1, 0, "u"));
        Future<AllocJobResponse> waiting = ask(1, "u");

        // When
        allocator.close();

        // Then
        assertThat(waiting.get()).isEqualTo(new Refused("the scheduler is stopping", 1_000));
    }
}
