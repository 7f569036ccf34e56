package io.cachepot.config;

import java.net.URI;

/** What a client shows to its schedulers: table {@code dist.auth}. */
public sealed interface DistAuth {
    /** What a client shows if nothing is configured; good for a scheduler that asks nothing. */
    DistAuth DEFAULT = new Token(Secret.of("dangerously_insecure_client"));

    /**
     * The token that all clients share.
     *
     * @param token the same as {@code client_auth.token} of the schedulers
     */
    @Key("token")
    record Token(Secret token) implements DistAuth {
        public Token {
            new Checks().notEmpty("token", token).verify();
        }
    }

    /** A token of Mozilla's identity service, fetched by {@code cachepot --dist-auth}. */
    @Key("mozilla")
    record Mozilla() implements DistAuth {}

    /**
     * A token of an identity provider, by authorization code and PKCE (RFC 7636).
     *
     * @param clientId what the provider calls cachepot
     * @param authUrl where the browser signs in
     * @param tokenUrl where a code is changed for a token
     */
    @Key("oauth2_code_grant_pkce")
    record OAuth2CodeGrantPkce(String clientId, URI authUrl, URI tokenUrl) implements DistAuth {
        public OAuth2CodeGrantPkce {
            new Checks()
                    .notEmpty("client_id", clientId)
                    .web("auth_url", authUrl)
                    .web("token_url", tokenUrl)
                    .verify();
        }
    }

    /**
     * A token of an identity provider, by implicit grant (RFC 6749, 4.2).
     *
     * @param clientId what the provider calls cachepot
     * @param authUrl where the browser signs in
     */
    @Key("oauth2_implicit")
    record OAuth2Implicit(String clientId, URI authUrl) implements DistAuth {
        public OAuth2Implicit {
            new Checks().notEmpty("client_id", clientId).web("auth_url", authUrl).verify();
        }
    }
}
