package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;
import static io.cachepot.protocol.Checks.checkCount;
import static io.cachepot.protocol.Checks.checkText;

import java.util.List;

/**
 * One build as its client tells of it: again and again while it goes on, each time the whole.
 *
 * @param build drawn by the client, 32 hex digits
 * @param client a name for people: {@code user@host}
 * @param command of the process that drives it, without arguments; empty where none was to be seen
 * @param directory where that works, without those above it
 * @param startedAtMillis since the epoch, by the client's clock
 * @param tookMillis until the last compile so far was answered
 * @param isOver whether nothing of it will come any more
 * @param running compiles under way
 * @param counts how many compiles were answered from where
 * @param compileMillis how long all of its compiles together waited
 * @param missReasons why the local cache had no result, the most frequent first, at most 16
 * @param refusals why compiles were not cacheable, the most frequent first, at most 16
 * @param localReasons why compiles did not go to a worker, the most frequent first, at most 16
 * @param slowest the compiles that took longest, the longest first, at most 16
 */
public record BuildDetails(
        String build,
        String client,
        String command,
        String directory,
        long startedAtMillis,
        long tookMillis,
        boolean isOver,
        int running,
        Counts counts,
        long compileMillis,
        List<Reason> missReasons,
        List<Reason> refusals,
        List<Reason> localReasons,
        List<Slow> slowest) {
    /** Most entries of each list. */
    public static final int LIST_MAX = 16;

    /** Longest text in it; what is longer is to be cut. */
    public static final int TEXT_CHARS_MAX = 300;

    public BuildDetails {
        check(build.matches("[0-9a-f]{32}"), "build", build, "32 hex digits");
        checkText("client", client, AllocJobRequest.CLIENT_MAX);
        checkText("command", command, TEXT_CHARS_MAX);
        checkText("directory", directory, TEXT_CHARS_MAX);
        check(tookMillis >= 0, "took_millis", tookMillis, "at least 0");
        check(running >= 0, "running", running, "at least 0");
        check(compileMillis >= 0, "compile_millis", compileMillis, "at least 0");
        checkCount("miss_reasons", missReasons, LIST_MAX);
        checkCount("refusals", refusals, LIST_MAX);
        checkCount("local_reasons", localReasons, LIST_MAX);
        checkCount("slowest", slowest, LIST_MAX);
        missReasons = List.copyOf(missReasons);
        refusals = List.copyOf(refusals);
        localReasons = List.copyOf(localReasons);
        slowest = List.copyOf(slowest);
    }

    /** The same without its lists, which is a fifth of it. */
    public BuildDetails summary() {
        return new BuildDetails(
                build,
                client,
                command,
                directory,
                startedAtMillis,
                tookMillis,
                isOver,
                running,
                counts,
                compileMillis,
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    /**
     * Compiles by where their results came from.
     *
     * @param hits from the local cache
     * @param clusterHits kept by a worker
     * @param remote compiled on a worker
     * @param here compiled on the client's machine
     * @param notCacheable not cacheable, and compiled on the client's machine
     * @param passedThrough commands that were left alone
     * @param failed those of all these whose compiler refused, or died
     */
    public record Counts(
            long hits,
            long clusterHits,
            long remote,
            long here,
            long notCacheable,
            long passedThrough,
            long failed) {
        public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0);

        public Counts {
            check(
                    Math.min(
                                    Math.min(Math.min(hits, clusterHits), Math.min(remote, here)),
                                    Math.min(Math.min(notCacheable, passedThrough), failed))
                            >= 0,
                    "counts",
                    "negative",
                    "at least 0");
        }

        /** All that were answered. */
        public long all() {
            return hits + clusterHits + remote + here + notCacheable + passedThrough;
        }

        /** Those of the two. */
        public Counts plus(Counts other) {
            return new Counts(
                    hits + other.hits,
                    clusterHits + other.clusterHits,
                    remote + other.remote,
                    here + other.here,
                    notCacheable + other.notCacheable,
                    passedThrough + other.passedThrough,
                    failed + other.failed);
        }

        /** What came after {@code earlier}; never less than nothing. */
        public Counts minus(Counts earlier) {
            return new Counts(
                    Math.max(0, hits - earlier.hits),
                    Math.max(0, clusterHits - earlier.clusterHits),
                    Math.max(0, remote - earlier.remote),
                    Math.max(0, here - earlier.here),
                    Math.max(0, notCacheable - earlier.notCacheable),
                    Math.max(0, passedThrough - earlier.passedThrough),
                    Math.max(0, failed - earlier.failed));
        }
    }

    /** Why, and how often. */
    public record Reason(String reason, long count) {
        public Reason {
            checkText("reason", reason, TEXT_CHARS_MAX);
        }
    }

    /**
     * A compile that took long.
     *
     * @param source as seen from the build's directory
     * @param outcome the key of the tier, {@code remote} for instance
     * @param worker who did it; empty for none
     */
    public record Slow(String source, String outcome, String worker, long millis) {
        public Slow {
            checkText("source", source, TEXT_CHARS_MAX);
            checkText("outcome", outcome, TEXT_CHARS_MAX);
            checkText("worker", worker, TEXT_CHARS_MAX);
        }
    }
}
