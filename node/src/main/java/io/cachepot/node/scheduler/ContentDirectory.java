package io.cachepot.node.scheduler;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import java.util.List;
import java.util.Optional;

/**
 * Who holds results, and who receives which toolchain: what a cluster need not know to work, but
 * saves it work. Nothing is right or wrong by it: whoever is sent to a worker in vain goes on
 * without.
 */
public interface ContentDirectory {
    /** Notes that {@code worker} keeps the result {@code key}; may be lost. */
    void noteResult(Digest key, WorkerId worker);

    /**
     * Workers that said they keep the result {@code key}, the latest first.
     *
     * @throws UnavailableException when the cluster's state does not answer
     */
    List<WorkerId> holders(Digest key);

    /**
     * Makes {@code worker} the one that a client sends {@code toolchain} to, for half a minute,
     * unless another one is that already.
     *
     * @param gone one that is not counted, if it was
     * @return the one that it is now
     * @throws UnavailableException when the cluster's state does not answer
     */
    WorkerId claimArrival(ToolchainId toolchain, WorkerId worker, Optional<WorkerId> gone);
}
