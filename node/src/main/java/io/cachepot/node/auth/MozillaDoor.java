package io.cachepot.node.auth;

import io.cachepot.config.ClientAuth;
import io.cachepot.protocol.auth.TokenException;
import io.cachepot.protocol.wire.Json;
import io.cachepot.protocol.wire.WireException;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Lets in whom Mozilla's identity service knows as a member of one of some groups. */
final class MozillaDoor implements ClientDoor {
    static final URI USER_INFO = URI.create("https://auth.mozilla.auth0.com/userinfo");
    private static final String GROUPS = "https://sso.mozilla.com/claim/groups";

    /** Whoever leaves a group is let in for so long. */
    private static final Duration SESSION = Duration.ofMinutes(15);

    private final ClientAuth.Mozilla auth;
    private final URI userInfo;
    private final Identity identity;
    private final RememberedTokens remembered;

    /**
     * @param userInfo {@link #USER_INFO} but for tests
     */
    MozillaDoor(
            ClientAuth.Mozilla auth, URI userInfo, Identity identity, RememberedTokens remembered) {
        this.auth = auth;
        this.userInfo = userInfo;
        this.identity = identity;
        this.remembered = remembered;
    }

    @Override
    public void check(String bearer) {
        if (bearer.isEmpty()) {
            throw new TokenException(
                    "no client token is shown, expected one of Mozilla's identity service; set"
                            + " dist.auth.type = \"mozilla\" in the client's configuration and run"
                            + " `cachepot --dist-auth`");
        }
        if (!remembered.isGood(bearer)) {
            checkGroups(groups(bearer));
            remembered.good(bearer, SESSION);
        }
    }

    private Collection<?> groups(String bearer) {
        Identity.Answer answer = identity.get(userInfo, bearer);
        if (answer.isRefusal()) {
            throw new TokenException(
                    "client token is not taken: "
                            + userInfo
                            + " answered "
                            + answer.status()
                            + "; run `cachepot --dist-auth` for a new one");
        }
        if (!answer.isGood()) {
            throw new AuthUnavailableException(userInfo + " answered " + answer.status());
        }
        try {
            Map<?, ?> user = Json.decode(answer.body().toByteArray(), Map.class);
            return user.get(GROUPS) instanceof List<?> groups ? groups : List.of();
        } catch (WireException e) {
            throw Identity.unavailable(userInfo, "its answer is no JSON", e);
        }
    }

    private void checkGroups(Collection<?> groups) {
        if (auth.requiredGroups().stream().noneMatch(groups::contains)) {
            throw new TokenException(
                    "the user is in none of the groups that client_auth.required_groups names: "
                            + String.join(", ", auth.requiredGroups()));
        }
    }
}
