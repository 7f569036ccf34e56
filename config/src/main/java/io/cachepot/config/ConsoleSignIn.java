package io.cachepot.config;

import java.net.URI;

/**
 * How the console has a browser fetch a client's token from an identity provider, by authorization
 * code and PKCE (RFC 7636): table {@code console_sign_in}. Without it a token is pasted. Goes with
 * {@code client_auth} of type {@code jwt_validate}.
 *
 * @param clientId what the provider calls the console, a public client; each scheduler's address is
 *     one that it may come back to
 * @param authUrl where the browser signs in
 * @param tokenUrl where the browser changes a code for a token; it allows requests of the
 *     schedulers' addresses (CORS)
 */
public record ConsoleSignIn(String clientId, URI authUrl, URI tokenUrl) {
    public ConsoleSignIn {
        new Checks()
                .notEmpty("client_id", clientId)
                .web("auth_url", authUrl)
                .web("token_url", tokenUrl)
                .verify();
    }
}
