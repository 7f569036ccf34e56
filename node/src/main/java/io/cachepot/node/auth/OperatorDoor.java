package io.cachepot.node.auth;

import io.cachepot.config.Secret;
import io.cachepot.protocol.auth.Secrets;
import io.cachepot.protocol.auth.TokenException;
import java.util.Optional;

/** Lets those in who may change a cluster. */
public final class OperatorDoor {
    private final Optional<Secret> token;

    /**
     * @param token what they show; nobody is let in without one
     */
    public OperatorDoor(Optional<Secret> token) {
        this.token = token;
    }

    /** Whether {@code bearer} is an operator's. */
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
                    "this scheduler has no operator_token in its settings, so nobody may do that;"
                            + " make one with 'cachepot-dist auth generate-shared-token'");
        }
        if (!isOpenTo(bearer)) {
            throw new TokenException(
                    "operator token is wrong or not shown, expected operator_token of this"
                            + " scheduler's settings");
        }
    }
}
