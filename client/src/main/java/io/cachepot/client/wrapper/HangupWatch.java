package io.cachepot.client.wrapper;

/** Somebody waits to hear that the wrapper hung up. After {@link #close} he hears nothing more. */
public interface HangupWatch extends AutoCloseable {
    @Override
    void close();
}
