package io.cachepot.node.auth;

import io.cachepot.config.WorkerAuth;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.auth.Secrets;
import io.cachepot.protocol.auth.TokenException;
import io.cachepot.protocol.auth.WorkerToken;
import java.util.Set;
import java.util.function.Supplier;

/** Tells which worker it is that comes, by what it shows. */
@FunctionalInterface
public interface WorkerDoor {
    /**
     * The worker that shows {@code bearer}.
     *
     * @param bearer a JWT; or, where workers share a token, {@code "host:port token"}; empty when
     *     the worker shows nothing
     * @throws TokenException with the reason when it may not come in
     */
    WorkerId check(String bearer);

    /**
     * The door that the configuration asks for.
     *
     * @param revoked tokens that are good no more, as they are now: see {@link WorkerAuth.JwtHs256}
     */
    static WorkerDoor of(WorkerAuth auth, Supplier<Set<String>> revoked) {
        return switch (auth) {
            case WorkerAuth.Insecure _ -> bearer -> named(bearer).worker();
            case WorkerAuth.Token(var token) -> bearer -> checkToken(bearer, token.reveal());
            case WorkerAuth.JwtHs256(var key, _) -> {
                var tokens = new WorkerToken(key.reveal());
                yield bearer -> checkJwt(tokens, bearer, revoked.get());
            }
        };
    }

    private static WorkerId checkJwt(WorkerToken tokens, String bearer, Set<String> revoked) {
        if (bearer.isEmpty()) {
            throw new TokenException(
                    "no worker token is shown, expected a JWT; make one with 'cachepot-dist auth"
                            + " generate-jwt-hs256-worker-token'");
        }
        WorkerToken.Verified verified = tokens.verify(bearer);
        String worker = verified.worker().address();
        if (revoked.contains(worker) || revoked.contains(verified.id())) {
            throw new TokenException(
                    "worker token of " + worker + " is revoked by worker_auth.revoked");
        }
        return verified.worker();
    }

    private static WorkerId checkToken(String bearer, String expected) {
        Named named = named(bearer);
        if (!Secrets.areEqual(named.token, expected)) {
            throw new TokenException(
                    "worker token is wrong, expected the one of worker_auth.token; set"
                            + " scheduler_auth.token in the worker's configuration to it");
        }
        return named.worker;
    }

    /** Who a worker says it is, and the token it shares with the others. */
    record Named(WorkerId worker, String token) {}

    private static Named named(String bearer) {
        int space = bearer.indexOf(' ');
        try {
            return new Named(
                    new WorkerId(bearer.substring(0, Math.max(0, space))),
                    bearer.substring(space + 1));
        } catch (IllegalArgumentException e) {
            throw new TokenException(
                    "worker shows no 'host:port token'; does its scheduler_auth.type fit this"
                            + " scheduler's worker_auth.type?",
                    e);
        }
    }
}
