package io.cachepot.node.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.config.SchedulerAuth;
import io.cachepot.config.Secret;
import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.WorkerReport.State;
import io.cachepot.protocol.WorkerReportReply;
import io.cachepot.protocol.auth.JobTokenSigner;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WorkerReporterIT {
    private static final ReportPace FAST =
            new ReportPace(
                    Duration.ofMillis(50),
                    Duration.ofMillis(1),
                    Duration.ofMillis(1),
                    Duration.ofMillis(5),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30));

    private final WorkerStatus status = new WorkerStatus(4);
    private final SchedulerKeys keys =
            new SchedulerKeys(
                    Jobs.SELF.tokenKeys(), InstantSource.fixed(Jobs.NOW), System::nanoTime);
    private final BlockingQueue<String> grids = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private FakeScheduler first;
    private FakeScheduler second;

    @BeforeEach
    void startSchedulers() throws IOException {
        first = new FakeScheduler();
        second = new FakeScheduler();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
        first.close();
        second.close();
    }

    private WorkerReporter report(SchedulerAuth auth, URI... schedulers) {
        var reporter =
                new WorkerReporter(
                        Jobs.SELF,
                        status,
                        () -> List.of(Jobs.TOOLCHAIN),
                        List::of,
                        auth,
                        List.of(schedulers),
                        keys,
                        (name, members) -> grids.add(name + members),
                        wanted -> {},
                        FAST,
                        RandomGenerator.of("L64X128MixRandom"));
        open.add(reporter);
        reporter.start();
        return reporter;
    }

    private WorkerReporter report(URI... schedulers) {
        return report(new SchedulerAuth.Insecure(), schedulers);
    }

    private static boolean any(WorkerReport report) {
        return true;
    }

    @Test
    void tellsEveryScheduler() throws InterruptedException {
        // Given
        status.started(Jobs.id(1));

        // When
        report(first.url(), second.url());

        // Then
        for (FakeScheduler scheduler : List.of(first, second)) {
            var heard = scheduler.await(WorkerReporterIT::any);
            assertThat(heard.protocol()).isEqualTo("1");
            WorkerReport report = heard.report();
            assertThat(report.incarnation()).isEqualTo(7);
            assertThat(report.url()).isEqualTo("https://worker.example:10501/");
            assertThat(report.jobsMax()).isEqualTo(4);
            assertThat(report.state()).isEqualTo(State.UP);
            assertThat(report.running()).containsExactly(Jobs.id(1));
            assertThat(report.toolchains()).containsExactly(Jobs.TOOLCHAIN);
        }
    }

    @Test
    void tellsChangesAndThatAJobEnded() throws InterruptedException {
        // Given
        report(first.url());
        first.await(WorkerReporterIT::any);

        // When
        status.started(Jobs.id(1));
        first.await(report -> report.running().contains(Jobs.id(1)));
        status.ended(new EndedJob(Jobs.id(1), 0));

        // Then
        var heard = first.await(report -> report.ended().contains(new EndedJob(Jobs.id(1), 0)));
        assertThat(heard.report().running()).isEmpty();
        first.await(report -> report.ended().isEmpty());
    }

    @Test
    void goesOnReportingWhenNothingChanges() throws InterruptedException {
        // When
        report(first.url());

        // Then
        long sequence = first.await(WorkerReporterIT::any).report().sequence();
        first.await(report -> report.sequence() > sequence + 2);
    }

    @Test
    void showsItsOwnJwt() throws InterruptedException {
        // When
        report(new SchedulerAuth.JwtToken(Secret.of("a.b.c")), first.url());

        // Then
        assertThat(first.await(WorkerReporterIT::any).authorization()).isEqualTo("Bearer a.b.c");
    }

    @Test
    void namesItselfBeforeASharedToken() throws InterruptedException {
        // When
        report(new SchedulerAuth.Token(Secret.of("s3cret")), first.url());

        // Then
        assertThat(first.await(WorkerReporterIT::any).authorization())
                .isEqualTo("Bearer worker.example:10501 s3cret");
    }

    @Test
    void namesItselfWhereNothingIsChecked() throws InterruptedException {
        // When
        report(new SchedulerAuth.Insecure(), first.url());

        // Then
        assertThat(first.await(WorkerReporterIT::any).authorization())
                .isEqualTo("Bearer worker.example:10501 dangerously_insecure_worker");
    }

    @Test
    void keepsTellingOneSchedulerWhenTheOtherDiesAndComesBack() throws Exception {
        try (var log = new LogLines(WorkerReporter.class)) {
            // Given
            report(first.url(), second.url());
            first.await(WorkerReporterIT::any);
            second.await(WorkerReporterIT::any);

            // When
            first.close();
            String lost = log.await("WARNING");
            status.ended(new EndedJob(Jobs.id(1), 0));

            // Then
            assertThat(lost).startsWith("WARNING scheduler not reached").contains(peer(first));
            second.await(report -> report.ended().contains(new EndedJob(Jobs.id(1), 0)));
            first = new FakeScheduler(first.port());
            first.await(report -> report.ended().contains(new EndedJob(Jobs.id(1), 0)));
            assertThat(log.await("INFO scheduler is back")).contains(peer(first));
            assertThat(log.left("WARNING")).isEmpty();
        }
    }

    private static String peer(FakeScheduler scheduler) {
        return "peer=" + scheduler.url();
    }

    @Test
    void saysOnceWhyASchedulerRefusesIt() throws InterruptedException {
        try (var log = new LogLines(WorkerReporter.class)) {
            // Given
            first.refuse(true);

            // When
            report(first.url());

            // Then
            assertThat(log.await("WARNING"))
                    .endsWith("reason=answered 401: worker token is not valid");
            first.refuse(false);
            first.await(WorkerReporterIT::any);
            log.await("INFO scheduler is back");
            assertThat(log.left("WARNING")).isEmpty();
        }
    }

    @Test
    void reportsToSchedulersThatItLearnsOf() throws InterruptedException {
        // Given
        first.reply(
                new WorkerReportReply(
                        true,
                        List.of(),
                        List.of(second.url().toString(), "not a URL"),
                        "grid",
                        List.of(),
                        List.of()));

        // When
        report(first.url());

        // Then
        second.await(WorkerReporterIT::any);
    }

    @Test
    void believesTheKeysOfAllSchedulers() throws InterruptedException {
        // Given
        var signers = List.of(new JobTokenSigner(), new JobTokenSigner());
        first.reply(reply(signers.getFirst().publicKey(), "grid"));
        second.reply(reply(signers.getLast().publicKey(), "grid"));

        // When
        report(first.url(), second.url());

        // Then
        grids.take();
        grids.take();
        var door = new TicketDoor(Jobs.SELF, keys);
        for (JobTokenSigner signer : signers) {
            assertThat(door.check(signer.sign(Jobs.ticket(1), Jobs.TOKEN_KEY), Jobs.id(1)))
                    .isEqualTo(Jobs.ticket(1));
        }
    }

    private static WorkerReportReply reply(String key, String gridName) {
        return new WorkerReportReply(
                false,
                List.of(key),
                List.of(),
                gridName,
                List.of("scheduler.example:5701"),
                List.of());
    }

    @Test
    void passesOnWhichGridToJoin() throws InterruptedException {
        // Given
        String key = new JobTokenSigner().publicKey();
        first.reply(reply(key, "one"));
        report(first.url());
        String before = grids.poll(1, TimeUnit.MINUTES);
        long sequence = first.await(WorkerReporterIT::any).report().sequence();
        first.await(report -> report.sequence() > sequence + 2);

        // When
        first.reply(reply(key, "two"));

        // Then
        assertThat(before).isEqualTo("one[scheduler.example:5701]");
        String after = before;
        while (before.equals(after)) {
            after = grids.poll(1, TimeUnit.MINUTES);
        }
        assertThat(after).isEqualTo("two[scheduler.example:5701]");
    }

    @Test
    void saysGoodbyeWhenItIsClosed() throws InterruptedException {
        // Given
        var reporter = report(first.url(), second.url());
        first.await(WorkerReporterIT::any);
        second.await(WorkerReporterIT::any);

        // When
        reporter.close();

        // Then
        first.await(report -> report.state() == State.GONE);
        second.await(report -> report.state() == State.GONE);
    }
}
