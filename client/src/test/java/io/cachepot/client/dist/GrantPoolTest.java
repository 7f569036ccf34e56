package io.cachepot.client.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Grant;
import io.cachepot.protocol.JobForecast;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.Priority;
import io.cachepot.protocol.ReturnedGrant;
import io.cachepot.protocol.ReturnedGrants;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GrantPoolTest {
    private static final ToolchainId GCC = new ToolchainId(Digest.of(new byte[] {1}));
    private static final JobForecast FORECAST = new JobForecast(20, 1 << 20);

    private final Scheduler scheduler = new Scheduler();
    private final AtomicLong nanoTime = new AtomicLong();
    private final GrantPool pool =
            new GrantPool(scheduler, "me@here", Priority.NORMAL, nanoTime::get, new Random(1));

    @AfterEach
    void close() {
        pool.close();
    }

    /** Gives what is asked for, at most as many as it is allowed to. */
    private static final class Scheduler implements GrantSource {
        private final BlockingQueue<AllocJobRequest> asked = new LinkedBlockingQueue<>();
        private final BlockingQueue<ReturnedGrant> returned = new LinkedBlockingQueue<>();
        private int free = Integer.MAX_VALUE;
        private int given;
        private boolean isGone;

        @Override
        public synchronized AllocJobResponse alloc(AllocJobRequest request) throws DistException {
            asked.add(request);
            returned.addAll(request.returned());
            if (isGone) {
                throw new DistException("scheduler is gone");
            }
            var grants = new ArrayList<Grant>();
            while (free > 0 && grants.size() < request.count()) {
                free--;
                grants.add(grant(++given));
            }
            return grants.isEmpty()
                    ? new AllocJobResponse.Refused("all permits are taken", 500)
                    : new AllocJobResponse.Granted(grants);
        }

        @Override
        public synchronized void giveBack(ReturnedGrants grants) {
            assertThat(grants.client()).isEqualTo("me@here");
            returned.addAll(grants.returned());
        }

        synchronized void allow(int free) {
            this.free = free;
        }

        synchronized void go() {
            isGone = true;
        }

        private static Grant grant(int number) {
            return new Grant(
                    new JobId("%032x".formatted(number)),
                    new WorkerId("10.0.0.7:10501"),
                    "https://10.0.0.7:10501/",
                    Digest.of(new byte[] {2}),
                    "token",
                    30_000,
                    true);
        }

        AllocJobRequest nextAsked() throws InterruptedException {
            AllocJobRequest next = asked.poll(10, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing was asked for");
            }
            return next;
        }
    }

    private Grant take() throws Exception {
        return pool.take(GCC, FORECAST);
    }

    private void passes(Duration time) {
        nanoTime.addAndGet(time.toNanos());
    }

    @Test
    void oneCompileAsksForOneGrant() throws Exception {
        // When
        take();

        // Then
        assertThat(scheduler.nextAsked()).extracting(AllocJobRequest::count).isEqualTo(1);
        assertThat(scheduler.asked).isEmpty();
    }

    @Test
    void whoeverGoesOnGetsOneAhead() throws Exception {
        // Given
        take();
        assertThat(scheduler.nextAsked().count()).isEqualTo(1);
        take();
        assertThat(scheduler.nextAsked().count()).isEqualTo(2);

        // When: it lies here already
        Grant third = take();

        // Then
        assertThat(third.job()).isEqualTo(Scheduler.grant(3).job());
        AllocJobRequest ahead = scheduler.nextAsked();
        assertThat(ahead.count()).isEqualTo(1);
        assertThat(ahead.waitMillis()).isLessThan(1_000);
        assertThat(ahead.forecast()).isEqualTo(FORECAST);
    }

    @Test
    void afterAPauseNothingIsAskedAhead() throws Exception {
        // Given
        take();
        scheduler.nextAsked();

        // When
        passes(Duration.ofSeconds(2));
        take();

        // Then
        assertThat(scheduler.nextAsked().count()).isEqualTo(1);
    }

    @Test
    void whatNobodyTakesIsGivenBack() throws Exception {
        // Given
        take();
        take();

        // When: more than once, since the one ahead may be on its way yet
        ReturnedGrant back = null;
        for (int i = 0; i < 20 && back == null; i++) {
            passes(Duration.ofSeconds(2));
            back = scheduler.returned.poll(1, TimeUnit.SECONDS);
        }

        // Then: without another compile
        assertThat(back)
                .isEqualTo(
                        new ReturnedGrant(
                                Scheduler.grant(3).job(),
                                Scheduler.grant(3).worker(),
                                ReturnedGrant.Reason.UNUSED));
    }

    /** A call that is answered counts no longer, or the next one asks for too little: often. */
    @RepeatedTest(200)
    void theEndGivesBackWhatIsLeft() throws Exception {
        // Given
        take();
        take();

        // When: more than once, since the one ahead may be on its way yet
        ReturnedGrant back = null;
        for (int i = 0; i < 100 && back == null; i++) {
            pool.close();
            back = scheduler.returned.poll(100, TimeUnit.MILLISECONDS);
        }

        // Then
        assertThat(back).extracting(ReturnedGrant::job).isEqualTo(Scheduler.grant(3).job());
    }

    @Test
    void aGrantThatFailedIsToldWithoutAnotherCompile() throws Exception {
        // Given
        Grant grant = take();

        // When
        pool.giveBack(grant, ReturnedGrant.Reason.UNREACHABLE);

        // Then
        assertThat(scheduler.returned.poll(10, TimeUnit.SECONDS))
                .extracting(ReturnedGrant::reason)
                .isEqualTo(ReturnedGrant.Reason.UNREACHABLE);
    }

    /** A refusal that nobody waited for is told to nobody. */
    @Test
    void aFullClusterIsAskedAgainByWhoeverComesNext() throws Exception {
        // Given
        take();
        scheduler.nextAsked();
        scheduler.allow(2);
        take();
        assertThat(scheduler.nextAsked().count()).isEqualTo(2);
        take();
        assertThat(scheduler.nextAsked().count()).isEqualTo(1); // and refused

        // When
        scheduler.allow(1);
        Grant fourth = take();

        // Then
        assertThat(fourth.job()).isEqualTo(Scheduler.grant(4).job());
    }

    @Test
    void aSchedulerThatIsGoneFailsThoseWhoWait() throws Exception {
        // Given
        scheduler.go();

        // When, Then
        assertThatThrownBy(this::take)
                .isInstanceOf(DistException.class)
                .hasMessageContaining("scheduler is gone");
        assertThat(scheduler.asked)
                .extracting(AllocJobRequest::waitMillis)
                .isEqualTo(List.of(10_000L));
    }
}
