package io.cachepot.node.cache;

import java.io.IOException;

/**
 * This machine could not keep content: its disk is full or broken, or running jobs fill the store.
 */
public final class StorageException extends IOException {
    private static final long serialVersionUID = 1L;

    StorageException(String message) {
        super(message);
    }

    StorageException(String message, IOException cause) {
        super(message + ": " + cause, cause);
    }
}
