package io.cachepot.client.cache;

import java.io.IOException;

/** An entry is not what was stored; it is gone now, and the next compile makes it again. */
public final class DamagedEntryException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedEntryException(String message) {
        super(message);
    }
}
