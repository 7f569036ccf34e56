package io.cachepot.node.auth;

import io.cachepot.config.ClientAuth;
import io.cachepot.protocol.auth.Secrets;
import io.cachepot.protocol.auth.TokenException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Lets clients in that show the right token. */
@FunctionalInterface
public interface ClientDoor {
    /** A client waits five seconds for an answer of the scheduler. */
    Duration IDENTITY_PATIENCE = Duration.ofSeconds(3);

    /**
     * Passes {@code bearer}, or fails.
     *
     * @param bearer what the client shows; empty when it shows nothing
     * @throws TokenException with the reason when it may not come in
     * @throws AuthUnavailableException when whoever knows can not be asked
     */
    void check(String bearer);

    /** The door that the configuration asks for. */
    static ClientDoor of(ClientAuth auth) {
        return of(auth, MozillaDoor.USER_INFO, InstantSource.system(), System::nanoTime);
    }

    /**
     * The same.
     *
     * @param mozillaUserInfo where Mozilla's identity service tells who somebody is
     * @param nanoTime as {@link System#nanoTime}
     */
    static ClientDoor of(
            ClientAuth auth, URI mozillaUserInfo, InstantSource clock, LongSupplier nanoTime) {
        return switch (auth) {
            case ClientAuth.Insecure _ -> _ -> {};
            case ClientAuth.Token(var token) -> bearer -> checkToken(bearer, token.reveal());
            case ClientAuth.JwtValidate jwt ->
                    new JwtDoor(jwt, new JwksKeys(jwt.jwksUrl(), identity(), nanoTime), clock);
            case ClientAuth.Mozilla mozilla ->
                    new MozillaDoor(
                            mozilla, mozillaUserInfo, identity(), new RememberedTokens(nanoTime));
            case ClientAuth.ProxyToken proxy ->
                    new ProxyTokenDoor(proxy, identity(), new RememberedTokens(nanoTime));
        };
    }

    private static Identity identity() {
        return new Identity(IDENTITY_PATIENCE);
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
}
