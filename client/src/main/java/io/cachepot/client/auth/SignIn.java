package io.cachepot.client.auth;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Printable;
import io.cachepot.protocol.auth.Secrets;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * One sign-in at an identity provider: what the browser is sent there with, and what it must bring
 * back. Immutable.
 */
final class SignIn {
    private static final int STATE_BITS = 128;

    /** RFC 7636, 4.1: 43 characters. */
    private static final int VERIFIER_BITS = 256;

    private static final int TEXT_CHARS_MAX = 300;

    private final Provider provider;
    private final String redirectUri;
    private final String state;
    private final String verifier;

    /**
     * @param redirectUri where the browser is to come back to
     */
    SignIn(Provider provider, String redirectUri, SecureRandom random) {
        this.provider = provider;
        this.redirectUri = redirectUri;
        state = Secrets.random(random, STATE_BITS);
        verifier = Secrets.random(random, VERIFIER_BITS);
    }

    /** What came of it. */
    sealed interface Outcome {
        /**
         * @param expiresAt empty when the provider did not say
         */
        record Token(String token, Optional<Instant> expiresAt) implements Outcome {}

        record Failed(String reason) implements Outcome {}
    }

    /** Where the browser goes. */
    URI address() {
        String authUrl = provider.authUrl().toString();
        var address = new StringBuilder(authUrl).append(authUrl.contains("?") ? '&' : '?');
        address.append("client_id=").append(encoded(provider.clientId()));
        address.append("&redirect_uri=").append(encoded(redirectUri));
        address.append("&state=").append(encoded(state));
        if (provider.tokenUrl().isPresent()) {
            address.append("&response_type=code&code_challenge_method=S256&code_challenge=")
                    .append(challenge());
        } else {
            address.append("&response_type=token");
        }
        return URI.create(address.toString());
    }

    private String challenge() {
        var digest = Digest.of(verifier.getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.toByteArray());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Whether it is an answer to this sign-in, good or bad. */
    boolean isOurs(Map<String, String> answer) {
        return Secrets.areEqual(answer.getOrDefault("state", ""), state);
    }

    /**
     * Why what the browser brings is not taken: an error of the provider's, or not of this sign-in.
     */
    Optional<String> refusal(Map<String, String> answer) {
        if (!isOurs(answer)) {
            return Optional.of(
                    "the browser brought an answer to another sign-in (its 'state' is not ours)");
        }
        String error = answer.getOrDefault("error", "");
        if (error.isEmpty()) {
            return Optional.empty();
        }
        String description = answer.getOrDefault("error_description", "");
        return Optional.of(
                "the identity provider refused: "
                        + printable(error)
                        + (description.isEmpty() ? "" : " (" + printable(description) + ")"));
    }

    /** What a stranger may have written, for a terminal. */
    static String printable(String text) {
        int chars =
                text.offsetByCodePoints(
                        0, Math.min(TEXT_CHARS_MAX, text.codePointCount(0, text.length())));
        return Printable.of(text.substring(0, chars));
    }

    /** What a code is exchanged with. */
    Map<String, String> exchange(String code) {
        return Map.of(
                "client_id",
                provider.clientId(),
                "code_verifier",
                verifier,
                "code",
                code,
                "grant_type",
                "authorization_code",
                "redirect_uri",
                redirectUri);
    }

    /**
     * The token in an answer of the provider's.
     *
     * @param answer {@code access_token}, {@code token_type}, {@code expires_in} in seconds
     */
    static Outcome token(Map<?, ?> answer, Instant now) {
        String type = String.valueOf(answer.get("token_type"));
        if (!type.equalsIgnoreCase("bearer")) {
            return new Outcome.Failed(
                    "the identity provider gave a token of type '"
                            + printable(type)
                            + "', expected bearer");
        }
        if (!(answer.get("access_token") instanceof String token) || token.isEmpty()) {
            return new Outcome.Failed("the identity provider gave no access_token");
        }
        String lifetime = String.valueOf(answer.get("expires_in"));
        if (!lifetime.matches("[0-9]{1,10}")) {
            return new Outcome.Token(token, Optional.empty());
        }
        return new Outcome.Token(
                token, Optional.of(now.plus(Duration.ofSeconds(Long.parseLong(lifetime)))));
    }
}
