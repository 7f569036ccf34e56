package io.cachepot.client.wrapper;

import java.io.IOException;

/** The wrapper sent what the protocol does not allow. The connection is of no more use; hang up. */
public final class WrapperProtocolException extends IOException {
    public WrapperProtocolException(String message) {
        super(message);
    }
}
