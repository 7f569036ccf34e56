package io.cachepot.node.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.Location;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.ToolchainSource;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.WorkerReport.State;
import io.cachepot.protocol.auth.FetchTicket;
import io.cachepot.protocol.auth.JobTokenSigner;
import io.cachepot.protocol.auth.JobTokenVerifier;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SourcesTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);
    private static final Digest KEY = Digest.of(Bytes.utf8("result"));

    private final MemoryRegistry workers = new MemoryRegistry();
    private final Contents contents = new Contents();
    private final JobTokenSigner signer = new JobTokenSigner();
    private final AtomicLong later = new AtomicLong();
    private final Sources sources =
            new Sources(
                    workers,
                    contents,
                    signer,
                    Duration.ofSeconds(8),
                    CLOCK,
                    () -> System.nanoTime() + later.get(),
                    new Random(1));

    /** In memory, and believed at once. */
    private static final class Contents implements ContentDirectory {
        private final Map<Digest, List<WorkerId>> results = new HashMap<>();
        private final Map<ToolchainId, WorkerId> arrivals = new HashMap<>();

        @Override
        public void noteResult(Digest key, WorkerId worker) {
            results.put(key, List.of(worker));
        }

        @Override
        public List<WorkerId> holders(Digest key) {
            return results.getOrDefault(key, List.of());
        }

        @Override
        public WorkerId claimArrival(
                ToolchainId toolchain, WorkerId worker, Optional<WorkerId> gone) {
            return arrivals.merge(
                    toolchain,
                    worker,
                    (before, now) -> gone.filter(before::equals).isPresent() ? now : before);
        }
    }

    private WorkerReport join(WorkerId worker, List<JobId> running, ToolchainId... toolchains) {
        WorkerReport report =
                Workers.report(worker, 1, 1, 2, State.UP, running, List.of(), List.of(toolchains));
        workers.report(worker, report, Workers.CERTIFICATE);
        return report;
    }

    private FetchTicket ticket(Location location) {
        return new JobTokenVerifier(Workers.TOKEN_KEYS, List.of(signer.publicKey()), CLOCK)
                .verifyFetch(location.token());
    }

    @Test
    void namesWhoKeepsAResultWithTheRightToFetchIt() {
        // Given
        join(Workers.A, List.of());
        contents.noteResult(KEY, Workers.A);

        // When
        List<Location> locations = sources.result(KEY).locations();

        // Then
        assertThat(locations).extracting(Location::worker).containsExactly(Workers.A);
        FetchTicket ticket = ticket(locations.getFirst());
        assertThat(ticket.kind()).isEqualTo(FetchTicket.Kind.RESULT);
        assertThat(ticket.digest()).isEqualTo(KEY);
        assertThat(ticket.worker()).isEqualTo(Workers.A);
        assertThat(ticket.incarnation()).isEqualTo(1);
    }

    @Test
    void namesNobodyWhoIsNotThere() {
        contents.noteResult(KEY, Workers.A);
        assertThat(sources.result(KEY).locations()).as("never heard of").isEmpty();
        join(Workers.A, List.of());
        later.addAndGet(Duration.ofSeconds(9).toNanos());
        assertThat(sources.result(KEY).locations()).as("silent").isEmpty();
        workers.gone(Workers.A, 1);
        assertThat(sources.result(KEY).locations()).as("gone").isEmpty();
    }

    @Test
    void aToolchainComesFromAWorkerThatHasIt() {
        // Given
        join(Workers.A, List.of(), Workers.GCC);
        join(Workers.B, List.of());

        // When
        var source = sources.toolchain(Workers.B, Workers.GCC, true);

        // Then
        assertThat(source)
                .isInstanceOfSatisfying(
                        ToolchainSource.Workers.class,
                        held -> {
                            assertThat(held.locations())
                                    .extracting(Location::worker)
                                    .containsExactly(Workers.A);
                            assertThat(ticket(held.locations().getFirst()).kind())
                                    .isEqualTo(FetchTicket.Kind.TOOLCHAIN);
                        });
    }

    @Test
    void oneThatNobodyHasIsReceivedByTheFirstWhoAsks() {
        // Given
        join(Workers.A, List.of());
        join(Workers.B, List.of());

        // Then
        var client = new ToolchainSource.Client();
        assertThat(sources.toolchain(Workers.B, Workers.GCC, false)).isEqualTo(client);
        assertThat(sources.toolchain(Workers.A, Workers.GCC, true)).isEqualTo(client);
        assertThat(sources.toolchain(Workers.B, Workers.GCC, true))
                .isEqualTo(new ToolchainSource.Arriving(Workers.A));
        assertThat(sources.toolchain(Workers.A, Workers.GCC, true)).isEqualTo(client);
    }

    @Test
    void aReceiverThatIsGoneIsReplaced() {
        // Given
        join(Workers.A, List.of());
        join(Workers.B, List.of());
        sources.toolchain(Workers.A, Workers.GCC, true);

        // When
        workers.gone(Workers.A, 1);

        // Then
        assertThat(sources.toolchain(Workers.B, Workers.GCC, true))
                .isEqualTo(new ToolchainSource.Client());
    }

    @Test
    void idleWorkersFetchWhatIsInDemandAndToBeHad() {
        // Given
        join(Workers.A, List.of(), Workers.GCC);
        WorkerReport idle = join(Workers.B, List.of());
        assertThat(sources.prefetch(idle)).as("no demand").isEmpty();

        // When
        sources.wanted(Workers.GCC);
        sources.wanted(new ToolchainId(KEY));

        // Then
        assertThat(sources.prefetch(idle)).as("nobody has the other").containsExactly(Workers.GCC);
        assertThat(sources.prefetch(join(Workers.B, Workers.jobs(1)))).as("busy").isEmpty();
        assertThat(sources.prefetch(join(Workers.A, List.of(), Workers.GCC)))
                .as("has it")
                .isEmpty();
        later.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(sources.prefetch(idle)).as("long ago").isEmpty();
    }
}
