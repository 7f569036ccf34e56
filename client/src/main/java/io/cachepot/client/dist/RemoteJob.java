package io.cachepot.client.dist;

import io.cachepot.client.cache.Target;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Job;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A job and where its contents are on this machine.
 *
 * @param unit the same for each compile of one unit with the same flags, whatever its inputs
 *     contain
 * @param sources a file here for each digest of the input tree
 * @param targets where each output of the job goes here, in the job's order
 */
public record RemoteJob(Job job, Digest unit, Map<Digest, Path> sources, List<Target> targets) {
    public RemoteJob {
        sources = Map.copyOf(sources);
        targets = List.copyOf(targets);
    }
}
