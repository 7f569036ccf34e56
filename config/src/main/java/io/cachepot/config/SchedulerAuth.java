package io.cachepot.config;

/** What a worker shows to its schedulers: table {@code scheduler_auth}. */
public sealed interface SchedulerAuth {
    /** Nothing; only a scheduler whose {@link WorkerAuth} is insecure takes it. */
    record Insecure() implements SchedulerAuth {}

    /** The worker's own JWT, made with the scheduler's key. */
    record JwtToken(Secret token) implements SchedulerAuth {
        public JwtToken {
            new Checks().notEmpty("token", token).verify();
        }
    }

    /** The token that all workers share. */
    record Token(Secret token) implements SchedulerAuth {
        public Token {
            new Checks().notEmpty("token", token).verify();
        }
    }
}
