package io.cachepot.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/** How a scheduler knows its clients: table {@code client_auth}. */
public sealed interface ClientAuth {
    /** Anybody may compile. */
    @Key("DANGEROUSLY_INSECURE")
    record Insecure() implements ClientAuth {}

    /**
     * All clients show the same token.
     *
     * @param token as in each client's {@code dist.auth}
     */
    @Key("token")
    record Token(Secret token) implements ClientAuth {
        public Token {
            new Checks().notEmpty("token", token).verify();
        }
    }

    /**
     * Clients show a JWT of an identity provider.
     *
     * @param audience the {@code aud} claim that it must have
     * @param issuer the {@code iss} claim that it must have
     * @param jwksUrl where the provider's public keys are (RFC 7517)
     */
    @Key("jwt_validate")
    record JwtValidate(String audience, String issuer, URI jwksUrl) implements ClientAuth {
        public JwtValidate {
            new Checks()
                    .notEmpty("audience", audience)
                    .notEmpty("issuer", issuer)
                    .web("jwks_url", jwksUrl)
                    .verify();
        }
    }

    /**
     * Clients show a token that Mozilla's identity service knows.
     *
     * @param requiredGroups the user is in one of these; not empty
     */
    @Key("mozilla")
    record Mozilla(List<String> requiredGroups) implements ClientAuth {
        public Mozilla {
            requiredGroups = List.copyOf(requiredGroups);
            new Checks()
                    .that(
                            !requiredGroups.isEmpty(),
                            "required_groups",
                            "empty",
                            "at least one group")
                    .verify();
        }
    }

    /**
     * Another service says whether a token is good: it answers a GET that shows the token with 2xx.
     *
     * @param url of that service
     * @param cacheFor how long such an answer is believed; zero asks every time
     */
    @Key("proxy_token")
    record ProxyToken(URI url, @Key("cache_secs") Duration cacheFor) implements ClientAuth {
        public static final Duration DEFAULT_CACHE_FOR = Duration.ZERO;

        public ProxyToken {
            new Checks()
                    .web("url", url)
                    .that(!cacheFor.isNegative(), "cache_secs", cacheFor.toSeconds(), "at least 0")
                    .verify();
        }
    }
}
