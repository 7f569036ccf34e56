package io.cachepot.client.dist;

import io.cachepot.client.cache.OutputFiles;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.RunJobResult;
import io.cachepot.protocol.WorkerId;

/**
 * What came back from a worker.
 *
 * @param outputs written beside their targets; the receiver commits or closes them
 */
public record RemoteResult(
        WorkerId worker,
        RunJobResult.Complete complete,
        Bytes stdout,
        Bytes stderr,
        OutputFiles outputs) {
    /** As the compiler gave it. */
    public int exitCode() {
        return complete.exitCode();
    }
}
