package io.cachepot.client.auth;

import io.cachepot.config.DistAuth;
import java.net.URI;
import java.util.Optional;

/**
 * An identity provider that gives tokens to whoever signs in there with a browser.
 *
 * @param tokenUrl where a code becomes a token (RFC 6749, 4.1.3); empty for the implicit grant
 *     (4.2), where the browser brings the token
 */
record Provider(String clientId, URI authUrl, Optional<URI> tokenUrl) {
    /** As cachepot has it. */
    private static final Provider MOZILLA =
            new Provider(
                    "F1VVD6nRTckSVrviMRaOdLBWIk1AvHYo",
                    URI.create(
                            "https://auth.mozilla.auth0.com/authorize?audience=cachepot&scope=openid%20profile"),
                    Optional.of(URI.create("https://auth.mozilla.auth0.com/oauth/token")));

    /** Empty when {@code auth} needs none. */
    static Optional<Provider> of(DistAuth auth) {
        return switch (auth) {
            case DistAuth.Token _ -> Optional.empty();
            case DistAuth.Mozilla _ -> Optional.of(MOZILLA);
            case DistAuth.OAuth2CodeGrantPkce(var id, var authUrl, var tokenUrl) ->
                    Optional.of(new Provider(id, authUrl, Optional.of(tokenUrl)));
            case DistAuth.OAuth2Implicit(var id, var authUrl) ->
                    Optional.of(new Provider(id, authUrl, Optional.empty()));
        };
    }
}
