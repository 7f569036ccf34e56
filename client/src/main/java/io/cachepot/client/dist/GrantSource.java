package io.cachepot.client.dist;

import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.ReturnedGrants;

/** Who gives grants and takes them back: the schedulers of a cluster. */
interface GrantSource {
    /** Asks for grants; waits as long as the request says, and a little. */
    AllocJobResponse alloc(AllocJobRequest request) throws DistException, InterruptedException;

    /** Gives grants back. */
    void giveBack(ReturnedGrants grants) throws DistException, InterruptedException;
}
