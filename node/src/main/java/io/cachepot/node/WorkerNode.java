package io.cachepot.node;

import io.cachepot.config.WorkerConfig;
import java.io.IOException;

/** A worker: makes every part once, starts them in order, closes them in reverse. */
final class WorkerNode implements AutoCloseable {
    static WorkerNode start(WorkerConfig config) throws IOException {
        throw new IOException("not yet: " + config);
    }

    @Override
    public void close() {}
}
