package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.client.builds.BuildView;
import io.cachepot.client.builds.Builds;
import io.cachepot.client.dist.DistException;
import io.cachepot.client.explain.Answered;
import io.cachepot.client.explain.Tier;
import io.cachepot.client.stats.Frequencies;
import io.cachepot.protocol.BuildDetails;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells every scheduler how builds go, for people who look at the cluster: by a thread of its own,
 * which no compile waits for. A scheduler that does not answer is left alone for a while.
 */
final class BuildTeller implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(BuildTeller.class.getName());
    private static final Duration EVERY = Duration.ofSeconds(2);

    /** Of a build under way of which nothing is new, for instance while one compile takes long. */
    private static final Duration AGAIN = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final Builds builds;
    private final List<URI> schedulers;
    private final Peer peer;
    private final String client;
    private final LongSupplier nanoTime;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** By scheduler. Used by the thread, and after its end by who closes. */
    private final Map<URI, Heard> heard = new HashMap<>();

    private final Thread thread;

    /** Takes the word to a scheduler. */
    @FunctionalInterface
    interface Peer {
        void tell(URI scheduler, BuildDetails build) throws DistException, InterruptedException;
    }

    /** What one scheduler knows. */
    private static final class Heard {
        private final Map<String, Word> words = new HashMap<>();
        private long silentUntilNanos;
        private boolean isSilent;
    }

    /** The last word on one build, by which it shows whether there is news. */
    private record Word(int answered, int running, boolean isOver, long atNanos) {}

    /**
     * @param client a name for people
     */
    BuildTeller(
            Builds builds, List<URI> schedulers, Peer peer, String client, LongSupplier nanoTime) {
        this.builds = builds;
        this.schedulers = List.copyOf(schedulers);
        this.peer = peer;
        this.client = client;
        this.nanoTime = nanoTime;
        thread = Thread.ofPlatform().daemon().name("builds").unstarted(this::tellNowAndThen);
    }

    void start() {
        thread.start();
    }

    private void tellNowAndThen() {
        try {
            while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                tell();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells each scheduler what is new to it. */
    void tell() throws InterruptedException {
        List<BuildView> latest = builds.summaries();
        for (URI scheduler : schedulers) {
            tell(scheduler, heard.computeIfAbsent(scheduler, _ -> new Heard()), latest);
        }
    }

    private void tell(URI scheduler, Heard known, List<BuildView> latest)
            throws InterruptedException {
        long now = nanoTime.getAsLong();
        if (known.isSilent && now - known.silentUntilNanos < 0) {
            return;
        }
        known.isSilent = false;
        known.words.keySet().retainAll(latest.stream().map(BuildView::id).toList());
        for (BuildView build : latest) {
            if (isNews(build, known.words.get(build.id()), now)) {
                try {
                    peer.tell(scheduler, details(build));
                } catch (DistException e) {
                    LOG.log(DEBUG, "not told of a build: peer={0} reason={1}", scheduler, e);
                    known.isSilent = true;
                    known.silentUntilNanos = nanoTime.getAsLong() + PAUSE.toNanos();
                    return;
                }
                known.words.put(
                        build.id(),
                        new Word(build.answered(), build.running(), build.isOver(), now));
            }
        }
    }

    private static boolean isNews(BuildView build, @Nullable Word before, long now) {
        return before == null
                || before.answered() != build.answered()
                || before.isOver() != build.isOver()
                || before.running() != build.running()
                || (!build.isOver() && now - before.atNanos() > AGAIN.toNanos());
    }

    /** What others are told: without arguments and without the directories above the build's. */
    private BuildDetails details(BuildView build) {
        return new BuildDetails(
                build.id(),
                client,
                cut(baseName(build.command().split(" ", 2)[0])),
                cut(baseName(build.directory())),
                build.startedAt().toEpochMilli(),
                TimeUnit.NANOSECONDS.toMillis(build.tookNanos()),
                build.isOver(),
                build.running(),
                new BuildDetails.Counts(
                        build.count(Tier.HIT),
                        build.count(Tier.CLUSTER),
                        build.count(Tier.REMOTE),
                        build.count(Tier.HERE),
                        build.count(Tier.NOT_CACHEABLE),
                        build.count(Tier.PASSED_THROUGH) + build.count(Tier.BROKEN_OFF),
                        build.failed()),
                TimeUnit.NANOSECONDS.toMillis(build.elapsedNanos()),
                most(build.missReasons()),
                most(build.refusals()),
                most(build.localReasons()),
                build.slowest().stream()
                        .limit(BuildDetails.LIST_MAX)
                        .map(each -> slow(each, build))
                        .toList());
    }

    private static String baseName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String cut(String text) {
        String clean = text.replace('\0', '?');
        return clean.substring(0, Math.min(clean.length(), BuildDetails.TEXT_CHARS_MAX));
    }

    private static List<BuildDetails.Reason> most(Map<String, Long> counts) {
        return Frequencies.sorted(counts).stream()
                .limit(BuildDetails.LIST_MAX)
                .map(each -> new BuildDetails.Reason(cut(each.getKey()), each.getValue()))
                .toList();
    }

    private static BuildDetails.Slow slow(Answered compile, BuildView build) {
        return new BuildDetails.Slow(
                cut(build.within(compile.source()).orElseGet(() -> baseName(compile.source()))),
                compile.tier().key(),
                compile.worker().orElse(""),
                TimeUnit.NANOSECONDS.toMillis(compile.elapsedNanos()));
    }

    /** Tells the last of it, so that no build stays under way for ever. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
            tell();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
