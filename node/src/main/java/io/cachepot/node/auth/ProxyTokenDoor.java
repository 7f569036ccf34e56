package io.cachepot.node.auth;

import io.cachepot.config.ClientAuth;
import io.cachepot.protocol.auth.TokenException;

/** Lets in whose token another service takes: it answers a GET that shows it with 2xx. */
final class ProxyTokenDoor implements ClientDoor {
    private final ClientAuth.ProxyToken auth;
    private final Identity identity;
    private final RememberedTokens remembered;

    ProxyTokenDoor(ClientAuth.ProxyToken auth, Identity identity, RememberedTokens remembered) {
        this.auth = auth;
        this.identity = identity;
        this.remembered = remembered;
    }

    @Override
    public void check(String bearer) {
        if (bearer.isEmpty()) {
            throw new TokenException(
                    "no client token is shown, expected one that "
                            + auth.url()
                            + " takes; set dist.auth in the client's configuration");
        }
        if (remembered.isGood(bearer)) {
            return;
        }
        Identity.Answer answer = identity.get(auth.url(), bearer);
        if (answer.isGood()) {
            remembered.good(bearer, auth.cacheFor());
        } else if (answer.isRefusal()) {
            throw new TokenException(
                    "client token is not taken: " + auth.url() + " answered " + answer.status());
        } else {
            throw new AuthUnavailableException(
                    auth.url() + " answered " + answer.status() + ", expected 2xx or 4xx");
        }
    }
}
