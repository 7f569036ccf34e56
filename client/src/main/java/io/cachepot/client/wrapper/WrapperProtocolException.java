package io.cachepot.client.wrapper;

import java.io.IOException;

/** A wrapper sent what no wrapper sends; the message says what was expected. */
public final class WrapperProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    WrapperProtocolException(String message) {
        super(message);
    }
}
