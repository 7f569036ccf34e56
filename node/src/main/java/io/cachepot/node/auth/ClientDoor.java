package io.cachepot.node.auth;

import io.cachepot.config.ClientAuth;
import io.cachepot.protocol.auth.Secrets;
import io.cachepot.protocol.auth.TokenException;

/** Lets clients in that show the right token. */
@FunctionalInterface
public interface ClientDoor {
    /**
     * Passes {@code bearer}, or fails.
     *
     * @param bearer what the client shows; empty when it shows nothing
     * @throws TokenException with the reason when it may not come in
     */
    void check(String bearer);

    /**
     * The door that the configuration asks for.
     *
     * @throws IllegalArgumentException when this release does not have it
     */
    static ClientDoor of(ClientAuth auth) {
        return switch (auth) {
            case ClientAuth.Insecure _ -> _ -> {};
            case ClientAuth.Token(var token) -> bearer -> checkToken(bearer, token.reveal());
            case ClientAuth.JwtValidate _ -> throw unknown("jwt_validate");
            case ClientAuth.Mozilla _ -> throw unknown("mozilla");
            case ClientAuth.ProxyToken _ -> throw unknown("proxy_token");
        };
    }

    private static void checkToken(String bearer, String expected) {
        if (bearer.isEmpty()) {
            throw new TokenException(
                    "no client token is shown, expected the one of client_auth.token; set"
                            + " dist.auth.token in the client's configuration");
        }
        if (!Secrets.areEqual(bearer, expected)) {
            throw new TokenException(
                    "client token is wrong, expected the one of client_auth.token; set"
                            + " dist.auth.token in the client's configuration to it");
        }
    }

    private static IllegalArgumentException unknown(String type) {
        return new IllegalArgumentException(
                "client_auth.type is '"
                        + type
                        + "', which this release does not support, expected 'token' or"
                        + " 'DANGEROUSLY_INSECURE'");
    }
}
