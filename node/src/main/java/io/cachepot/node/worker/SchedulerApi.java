package io.cachepot.node.worker;

import io.cachepot.node.calls.SchedulerCalls;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.ToolchainSource;
import io.cachepot.protocol.ToolchainWish;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.WorkerReportReply;
import io.cachepot.protocol.http.Routes;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;

/** A worker's calls to schedulers; used by many threads. */
final class SchedulerApi implements AutoCloseable {
    private static final int REPLY_BYTES_MAX = 1 << 20;

    private final SchedulerCalls calls;

    /**
     * @param bearer what is shown to schedulers
     * @param schedulers base URLs of those that are known from the start
     */
    SchedulerApi(String bearer, Collection<URI> schedulers) {
        calls = new SchedulerCalls(bearer, schedulers, REPLY_BYTES_MAX);
    }

    /**
     * Sends {@code report} and waits for the whole answer at most {@code timeout}.
     *
     * @throws IOException when {@code scheduler} does not answer, or not as the protocol says
     */
    WorkerReportReply send(URI scheduler, WorkerReport report, Duration timeout)
            throws IOException, InterruptedException {
        return calls.post(
                scheduler.resolve(Routes.HEARTBEAT_WORKER),
                report,
                WorkerReportReply.class,
                timeout);
    }

    /**
     * Asks where {@code toolchain} is to be had, and waits as {@link #send} does.
     *
     * @throws IOException when {@code scheduler} does not answer, or not as the protocol says
     */
    ToolchainSource toolchainSource(
            URI scheduler, ToolchainId toolchain, ToolchainWish wish, Duration timeout)
            throws IOException, InterruptedException {
        return calls.post(
                scheduler.resolve(Routes.toolchainSource(toolchain)),
                wish,
                ToolchainSource.class,
                timeout);
    }

    @Override
    public void close() {
        calls.close();
    }
}
