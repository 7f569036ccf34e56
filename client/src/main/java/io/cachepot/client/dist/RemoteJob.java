package io.cachepot.client.dist;

import io.cachepot.client.cache.Target;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Job;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * A job and where its contents are on this machine.
 *
 * @param sources a file here for each digest of the input tree
 * @param targets where each output of the job goes here, in the job's order
 */
public record RemoteJob(Job job, Map<Digest, Path> sources, List<Target> targets) {
    public RemoteJob {
        sources = Map.copyOf(sources);
        targets = List.copyOf(targets);
    }

    /** The same for each compile of one unit with the same flags, whatever its inputs contain. */
    Digest unit() {
        var text = new StringJoiner("\0");
        text.add(job.toolchain().hex()).add(job.executable()).add(job.cwd());
        job.arguments().forEach(text::add);
        return Digest.of(Bytes.utf8(text.toString()));
    }
}
