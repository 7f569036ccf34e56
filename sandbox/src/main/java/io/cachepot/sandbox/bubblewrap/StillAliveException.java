package io.cachepot.sandbox.bubblewrap;

import java.io.IOException;

/** A killed job does not die. Its directory must not be walked while it could change it. */
final class StillAliveException extends IOException {
    private static final long serialVersionUID = 1L;

    StillAliveException(String message) {
        super(message);
    }
}
