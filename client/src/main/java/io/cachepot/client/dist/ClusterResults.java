package io.cachepot.client.dist;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.client.cache.OutputFiles;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Location;
import io.cachepot.protocol.RunJobResult;
import io.cachepot.protocol.wire.ResultKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Results that workers keep: what any client of the cluster had compiled need not be compiled
 * again. Whatever goes wrong here, the job is run.
 */
final class ClusterResults {
    private static final System.Logger LOG = System.getLogger(ClusterResults.class.getName());

    private final SchedulerClient scheduler;
    private final Peers peers;

    ClusterResults(SchedulerClient scheduler, Peers peers) {
        this.scheduler = scheduler;
        this.peers = peers;
    }

    /**
     * What {@code job} gave when it was run before.
     *
     * @param outputsFor makes a fresh place for outputs, one for each attempt
     * @return empty when no worker that answers keeps it
     */
    Optional<RemoteResult> find(RemoteJob job, Supplier<OutputFiles> outputsFor)
            throws InterruptedException {
        Digest key = ResultKey.of(job.job());
        for (Location location : locations(key)) {
            OutputFiles outputs = outputsFor.get();
            boolean isTaken = false;
            try {
                Optional<RemoteResult> result = fetch(location, key, job, outputs);
                isTaken = result.isPresent();
                if (isTaken) {
                    return result;
                }
            } finally {
                if (!isTaken) {
                    outputs.discard();
                }
            }
        }
        return Optional.empty();
    }

    private List<Location> locations(Digest key) throws InterruptedException {
        try {
            return scheduler.result(key).locations();
        } catch (DistException e) {
            LOG.log(DEBUG, "result not looked for: key={0} reason={1}", key, e.getMessage());
            return List.of();
        }
    }

    private Optional<RemoteResult> fetch(
            Location location, Digest key, RemoteJob job, OutputFiles outputs)
            throws InterruptedException {
        try {
            WorkerClient worker =
                    peers.of(location.workerUrl(), location.certificateDigest()).client();
            WorkerClient.Answer answer = worker.result(location.token(), key, job, outputs);
            if (answer.result() instanceof RunJobResult.Complete complete) {
                return Optional.of(
                        new RemoteResult(
                                location.worker(),
                                complete,
                                answer.stdout(),
                                answer.stderr(),
                                outputs));
            }
        } catch (DistException e) {
            // It was given up to make room, say.
            LOG.log(
                    DEBUG,
                    "result not had: key={0} worker={1} reason={2}",
                    key,
                    location.worker(),
                    e.getMessage());
        }
        return Optional.empty();
    }
}
