package io.cachepot.config;

/** What a worker shows to its schedulers: table {@code scheduler_auth}. */
public sealed interface SchedulerAuth {
    /** Nothing; only a scheduler whose {@code worker_auth} is insecure takes it. */
    @Key("DANGEROUSLY_INSECURE")
    record Insecure() implements SchedulerAuth {}

    /**
     * The worker's own JWT, made with the scheduler's key.
     *
     * @param token as {@code cachepot-dist auth generate-jwt-hs256-worker-token} prints it
     */
    @Key("jwt_token")
    record JwtToken(Secret token) implements SchedulerAuth {
        public JwtToken {
            new Checks().notEmpty("token", token).verify();
        }
    }

    /**
     * The token that all workers share.
     *
     * @param token as in {@code worker_auth} of the schedulers
     */
    @Key("token")
    record Token(Secret token) implements SchedulerAuth {
        public Token {
            new Checks().notEmpty("token", token).verify();
        }
    }
}
