package io.cachepot.node.worker;

import io.cachepot.config.SchedulerAuth;
import io.cachepot.protocol.WorkerId;

/** How a worker shows who it is. */
final class WorkerBearer {
    private static final String INSECURE = "dangerously_insecure_worker";

    private WorkerBearer() {}

    /** A JWT names the worker itself; before any other token stands the worker's name. */
    static String of(SchedulerAuth auth, WorkerId self) {
        return switch (auth) {
            case SchedulerAuth.JwtToken(var token) -> token.reveal();
            case SchedulerAuth.Token(var token) -> self + " " + token.reveal();
            case SchedulerAuth.Insecure() -> self + " " + INSECURE;
        };
    }
}
