package io.cachepot.node.worker;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Job;
import io.cachepot.protocol.JobId;
import io.cachepot.sandbox.SandboxReceiver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;

/**
 * A job with all that it needs at hand.
 *
 * @param toolchainRoot stays for as long as the job runs
 * @param blob where the content of an input lies; stays as long
 * @param timeout after which it is killed; positive
 * @param receiver takes what it leaves
 * @param times is told when it gets a permit
 */
public record PreparedJob(
        JobId id,
        Job job,
        Path toolchainRoot,
        Function<Digest, Path> blob,
        Duration timeout,
        SandboxReceiver receiver,
        JobTimes times) {
    /** The same with at most {@code limit} of time. */
    PreparedJob within(Duration limit) {
        return timeout.compareTo(limit) <= 0
                ? this
                : new PreparedJob(id, job, toolchainRoot, blob, limit, receiver, times);
    }
}
