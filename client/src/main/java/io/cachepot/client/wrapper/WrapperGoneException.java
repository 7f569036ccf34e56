package io.cachepot.client.wrapper;

import java.io.IOException;

/**
 * The wrapper hung up: its user pressed Ctrl-C or it was killed. Everything done for it is to be
 * cancelled.
 */
public final class WrapperGoneException extends IOException {
    public WrapperGoneException(String message) {
        super(message);
    }
}
