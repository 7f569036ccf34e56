package io.cachepot.node.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.config.ClientAuth;
import io.cachepot.protocol.auth.TokenException;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Keys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClientDoorTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final KeyPair RSA = Jwts.SIG.RS256.keyPair().build();
    private static final KeyPair EC = Jwts.SIG.ES256.keyPair().build();
    private static final KeyPair ED = Jwts.SIG.EdDSA.keyPair().build();

    private final AtomicLong nanos = new AtomicLong();
    private FakeProvider provider;

    @BeforeEach
    void start() throws IOException {
        provider = new FakeProvider();
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    private ClientDoor door(ClientAuth auth) {
        return ClientDoor.of(auth, provider.url("/user"), InstantSource.fixed(NOW), nanos::get);
    }

    private void later(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static void refused(ClientDoor door, String token, String reason) {
        assertThatThrownBy(() -> door.check(token))
                .isInstanceOf(TokenException.class)
                .hasMessageContaining(reason)
                .satisfies(e -> {
                    if (token.length() > 20) {
                        assertThat(e.getMessage()).doesNotContain(token.substring(0, 20));
                    }
                });
    }

    @Nested
    class OfJwt {
        private ClientDoor door;

        @BeforeEach
        void open() {
            provider.publish(
                    Map.of("r", RSA.getPublic(), "e", EC.getPublic(), "d", ED.getPublic()));
            door =
                    door(
                            new ClientAuth.JwtValidate(
                                    "cachepot", "https://id.example/", provider.url("/jwks")));
        }

        private JwtBuilder token() {
            return Jwts.builder()
                    .issuer("https://id.example/")
                    .audience()
                    .add("cachepot")
                    .and()
                    .subject("me")
                    .expiration(Date.from(NOW.plusSeconds(3_600)));
        }

        private JwtBuilder named(String key) {
            return token().header().keyId(key).and();
        }

        @Test
        void takesEachKindOfSignature() {
            door.check(named("r").signWith(RSA.getPrivate(), Jwts.SIG.RS256).compact());
            door.check(named("e").signWith(EC.getPrivate(), Jwts.SIG.ES256).compact());
            door.check(named("d").signWith(ED.getPrivate(), Jwts.SIG.EdDSA).compact());
            assertThat(provider.asked()).as("fetched once").isEqualTo(1);
        }

        @Test
        void takesOneThatNamesNoKeyWhereItCanBeButOne() {
            door.check(token().signWith(RSA.getPrivate(), Jwts.SIG.RS256).compact());
        }

        @Test
        void takesOneForSeveralAudiences() {
            door.check(
                    named("r")
                            .audience()
                            .add("others")
                            .and()
                            .signWith(RSA.getPrivate(), Jwts.SIG.RS256)
                            .compact());
        }

        @Test
        void refusesWhatIsNoToken() {
            refused(door, "", "no client token is shown");
            refused(door, "a", "is not a JWT");
            refused(door, "a.b.c", "is not a JWT");
            refused(door, "e30.e30.", "is not a JWT");
            refused(door, "x".repeat(20_000), "too long");
        }

        @Test
        void refusesOneWithoutASignature() {
            refused(door, named("r").compact(), "is not a JWT");
        }

        /** The public key is known to all; as a secret it must be worth nothing. */
        @Test
        void refusesThePublicKeyAsASecret() {
            byte[] der = RSA.getPublic().getEncoded();
            String pem =
                    "-----BEGIN PUBLIC KEY-----\n"
                            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                            + "\n-----END PUBLIC KEY-----\n";
            for (byte[] secret : List.of(der, pem.getBytes(StandardCharsets.US_ASCII))) {
                refused(
                        door,
                        named("r").signWith(Keys.hmacShaKeyFor(secret), Jwts.SIG.HS256).compact(),
                        "is not a JWT");
            }
        }

        @Test
        void refusesAnotherAlgorithmThanTheKeys() {
            refused(
                    door,
                    named("r").signWith(EC.getPrivate(), Jwts.SIG.ES256).compact(),
                    "is not a JWT");
            refused(
                    door,
                    named("r").signWith(RSA.getPrivate(), Jwts.SIG.RS512).compact(),
                    "is not a JWT");
            refused(
                    door,
                    named("r").signWith(RSA.getPrivate(), Jwts.SIG.PS256).compact(),
                    "is not a JWT");
        }

        @Test
        void refusesAStrangersSignature() {
            KeyPair other = Jwts.SIG.RS256.keyPair().build();
            refused(
                    door,
                    named("r").signWith(other.getPrivate(), Jwts.SIG.RS256).compact(),
                    "is not a JWT");
        }

        @Test
        void refusesAChangedToken() {
            String token = named("r").signWith(RSA.getPrivate(), Jwts.SIG.RS256).compact();
            String[] parts = token.split("\\.", -1);
            String claims =
                    new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                            .replace("\"me\"", "\"you\"");
            String changed =
                    Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(claims.getBytes(StandardCharsets.UTF_8));
            refused(door, parts[0] + "." + changed + "." + parts[2], "is not a JWT");
        }

        @Test
        void refusesOneForOthers() {
            refused(
                    door,
                    Jwts.builder()
                            .issuer("https://id.example/")
                            .audience()
                            .add("another")
                            .and()
                            .expiration(Date.from(NOW.plusSeconds(60)))
                            .signWith(RSA.getPrivate(), Jwts.SIG.RS256)
                            .compact(),
                    "has another 'aud'");
            refused(
                    door,
                    named("r")
                            .issuer("https://other.example/")
                            .signWith(RSA.getPrivate(), Jwts.SIG.RS256)
                            .compact(),
                    "has another 'iss'");
        }

        @Test
        void goesByTheClockGiveOrTakeAMinute() {
            door.check(
                    named("r")
                            .expiration(Date.from(NOW.minusSeconds(50)))
                            .signWith(RSA.getPrivate(), Jwts.SIG.RS256)
                            .compact());
            refused(
                    door,
                    named("r")
                            .expiration(Date.from(NOW.minusSeconds(70)))
                            .signWith(RSA.getPrivate(), Jwts.SIG.RS256)
                            .compact(),
                    "is expired; run `cachepot --dist-auth`");
            refused(
                    door,
                    named("r")
                            .notBefore(Date.from(NOW.plusSeconds(70)))
                            .signWith(RSA.getPrivate(), Jwts.SIG.RS256)
                            .compact(),
                    "is not good yet");
            refused(
                    door,
                    Jwts.builder()
                            .issuer("https://id.example/")
                            .audience()
                            .add("cachepot")
                            .and()
                            .signWith(RSA.getPrivate(), Jwts.SIG.RS256)
                            .compact(),
                    "has no expiry");
        }

        @Test
        void aNewKeyIsFetchedWhenATokenNamesItAndAnOldOneGoes() {
            // Given
            String old = named("r").signWith(RSA.getPrivate(), Jwts.SIG.RS256).compact();
            door.check(old);
            KeyPair next = Jwts.SIG.RS256.keyPair().build();
            String token = named("next").signWith(next.getPrivate(), Jwts.SIG.RS256).compact();
            provider.publish(Map.of("next", next.getPublic()));

            // When
            refused(door, token, "is not a JWT");
            later(Duration.ofSeconds(31));

            // Then
            door.check(token);
            refused(door, old, "is not a JWT");
        }

        @Test
        void inventedNamesOfKeysAreNoBurdenToTheProvider() {
            door.check(named("r").signWith(RSA.getPrivate(), Jwts.SIG.RS256).compact());
            for (int i = 0; i < 100; i++) {
                refused(
                        door,
                        named("k" + i).signWith(RSA.getPrivate(), Jwts.SIG.RS256).compact(),
                        "is not a JWT");
            }
            assertThat(provider.asked()).isEqualTo(1);
        }

        @Test
        void whileTheProviderIsDownKnownKeysAreGoodForAnHour() {
            // Given
            String token = named("r").signWith(RSA.getPrivate(), Jwts.SIG.RS256).compact();
            door.check(token);

            // When
            provider.close();
            later(Duration.ofMinutes(59));

            // Then
            door.check(token);
            later(Duration.ofMinutes(2));
            assertThatThrownBy(() -> door.check(token))
                    .isInstanceOf(AuthUnavailableException.class);
        }

        private void unavailable(String reason) {
            String token = named("r").signWith(RSA.getPrivate(), Jwts.SIG.RS256).compact();
            assertThatThrownBy(() -> door.check(token))
                    .isInstanceOf(AuthUnavailableException.class)
                    .hasMessageContaining(reason);
        }

        @Test
        void nobodyComesInWhenTheProviderWasNeverHeardOf() {
            provider.close();
            unavailable("can not be asked");
        }

        @Test
        void orWhenItIsSlow() {
            provider.delayMillis = 20_000;
            unavailable("no answer within 3000 ms");
        }

        @Test
        void orWhenItAnswersWithAPage() {
            provider.contentType = "text/html";
            unavailable("Content-Type 'text/html', expected application/json");
        }

        @Test
        void orWithNonsense() {
            provider.body = "{\"keys\": 7}";
            unavailable("no set of keys");
        }

        @Test
        void orWithAnError() {
            provider.status = 500;
            unavailable("answered 500");
        }

        @Test
        void orWithSecretsInsteadOfPublicKeys() {
            provider.body =
                    "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"r\",\"k\":\"" + "A".repeat(43) + "\"}]}";
            unavailable("no public key");
        }

        @Test
        void orSendsUsElsewhere() {
            provider.status = 302;
            unavailable("answered 302");
        }

        @Test
        void orWithFarTooMuch() {
            provider.body = "{\"keys\":[]" + " ".repeat(2 << 20) + "}";
            unavailable("can not be asked");
        }
    }

    @Nested
    class OfProxy {
        private ClientDoor open(Duration cacheFor) {
            return door(new ClientAuth.ProxyToken(provider.url("/user"), cacheFor));
        }

        @Test
        void letsInWhomTheOtherServiceTakes() {
            // Given
            ClientDoor door = open(Duration.ofSeconds(10));
            provider.users.put("good", "{}");

            // Then
            door.check("good");
            door.check("good");
            assertThat(provider.asked()).as("remembered").isEqualTo(1);
            later(Duration.ofSeconds(11));
            door.check("good");
            assertThat(provider.asked()).as("asked again").isEqualTo(2);
            refused(door, "bad", "answered 401");
            refused(door, "", "no client token is shown");
            refused(door, "a\r\nX: y", "characters");
        }

        @Test
        void withoutAMemoryItIsAskedEachTime() {
            ClientDoor door = open(Duration.ZERO);
            provider.users.put("good", "{}");
            door.check("good");
            door.check("good");
            assertThat(provider.asked()).isEqualTo(2);
        }

        @Test
        void whenItDoesNotAnswerWellNobodyComesIn() {
            // Given
            ClientDoor door = open(Duration.ZERO);
            provider.users.put("good", "{}");

            // Then
            provider.status = 503;
            assertThatThrownBy(() -> door.check("good"))
                    .isInstanceOf(AuthUnavailableException.class)
                    .hasMessageContaining("answered 503");
            provider.close();
            assertThatThrownBy(() -> door.check("good"))
                    .isInstanceOf(AuthUnavailableException.class)
                    .hasMessageContaining("can not be asked");
        }
    }

    @Nested
    class OfMozilla {
        private final ClientAuth.Mozilla auth = new ClientAuth.Mozilla(List.of("a", "b"));

        @Test
        void letsInWhoIsInOneOfTheGroups() {
            // Given
            ClientDoor door = door(auth);
            provider.users.put(
                    "good", "{\"sub\":\"x\",\"https://sso.mozilla.com/claim/groups\":[\"b\"]}");
            provider.users.put(
                    "other", "{\"sub\":\"y\",\"https://sso.mozilla.com/claim/groups\":[\"c\"]}");
            provider.users.put("none", "{\"sub\":\"z\"}");

            // Then
            door.check("good");
            later(Duration.ofMinutes(14));
            door.check("good");
            assertThat(provider.asked()).as("a session").isEqualTo(1);
            refused(door, "other", "none of the groups");
            refused(door, "none", "none of the groups");
            refused(door, "stranger", "answered 401");
            later(Duration.ofMinutes(2));
            provider.users.remove("good");
            refused(door, "good", "answered 401");
        }

        @Test
        void aPageInsteadOfAnAnswerLetsNobodyIn() {
            ClientDoor door = door(auth);
            provider.users.put("good", "<html>sign in</html>");
            assertThatThrownBy(() -> door.check("good"))
                    .isInstanceOf(AuthUnavailableException.class)
                    .hasMessageContaining("no JSON");
        }
    }
}
