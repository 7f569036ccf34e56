package io.cachepot.node.auth;

import io.cachepot.config.Secret;
import io.cachepot.protocol.auth.Secrets;
import io.cachepot.protocol.auth.TokenException;
import java.util.Optional;

/** Lets those in who show the one token that a node's settings name for it, and nobody if none. */
public final class OneTokenDoor {
    private final String node;
    private final String whose;
    private final String key;
    private final Optional<Secret> token;

    private OneTokenDoor(String node, String whose, String key, Optional<Secret> token) {
        this.node = node;
        this.whose = whose;
        this.key = key;
        this.token = token;
    }

    /** For those who may change a cluster. */
    public static OneTokenDoor ofOperators(Optional<Secret> token) {
        return new OneTokenDoor("scheduler", "operator", "operator_token", token);
    }

    /** For those who may read a worker's metrics. */
    public static OneTokenDoor ofMetrics(Optional<Secret> token) {
        return new OneTokenDoor("worker", "metrics", "metrics_token", token);
    }

    /** Whether {@code bearer} is the token. */
    public boolean isOpenTo(String bearer) {
        return token.isPresent() && Secrets.areEqual(bearer, token.get().reveal());
    }

    /**
     * Passes {@code bearer}, or fails.
     *
     * @param bearer what somebody shows; empty when that is nothing
     * @throws TokenException with the reason when he may not come in
     */
    public void check(String bearer) {
        if (token.isEmpty()) {
            throw new TokenException(
                    "this "
                            + node
                            + " has no "
                            + key
                            + " in its settings, so nobody may do that;"
                            + " make one with 'cachepot-dist auth generate-shared-token'");
        }
        if (!isOpenTo(bearer)) {
            throw new TokenException(
                    whose
                            + " token is wrong or not shown, expected "
                            + key
                            + " of this "
                            + node
                            + "'s settings");
        }
    }
}
