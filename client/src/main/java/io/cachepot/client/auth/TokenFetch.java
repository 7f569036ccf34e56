package io.cachepot.client.auth;

import io.cachepot.client.auth.SignIn.Outcome;
import io.cachepot.config.DistAuth;
import io.cachepot.config.Secret;
import io.cachepot.config.source.SavedTokens;
import io.cachepot.protocol.auth.SystemTrust;
import io.cachepot.protocol.wire.Json;
import io.cachepot.protocol.wire.WireException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/** Fetches tokens, with the user's browser and a page on this machine; one at a time. */
public final class TokenFetch {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int BODY_BYTES_MAX = 1 << 20;
    private static final Duration SOON = Duration.ofDays(2);

    private final DistAuth auth;
    private final Path savedTokens;
    private final InstantSource clock;

    /** The sign-in that waits for a browser. */
    private final AtomicReference<Optional<LocalPage>> waiting =
            new AtomicReference<>(Optional.empty());

    /**
     * @param savedTokens where tokens are kept
     */
    public TokenFetch(DistAuth auth, Path savedTokens, InstantSource clock) {
        this.auth = auth;
        this.savedTokens = savedTokens;
        this.clock = clock;
    }

    /** Whether there is anybody to fetch a token from. */
    public boolean isNeeded() {
        return Provider.of(auth).isPresent();
    }

    /** Tells the user something before it is over. */
    @FunctionalInterface
    public interface Teller {
        void tell(String words) throws IOException;
    }

    /**
     * Waits until the user has signed in, and keeps the token.
     *
     * @return what to tell the user then
     * @throws IOException when it came to nothing: why
     */
    public String fetch(Teller teller) throws IOException, InterruptedException {
        Provider provider = Provider.of(auth).orElseThrow();
        try (var page = new LocalPage()) {
            if (waiting.getAndUpdate(before -> before.isEmpty() ? Optional.of(page) : before)
                    .isPresent()) {
                throw new IOException("another --dist-auth waits for its browser");
            }
            try {
                return fetch(provider, page, teller);
            } finally {
                waiting.set(Optional.empty());
            }
        }
    }

    private String fetch(Provider provider, LocalPage page, Teller teller)
            throws IOException, InterruptedException {
        var signIn = new SignIn(provider, page.root() + "/redirect", new SecureRandom());
        page.start(signIn.address().toString());
        teller.tell(
                "cachepot: Please visit "
                        + page.root()
                        + " in your browser\n"
                        + "cachepot: No browser on this machine? Open this address on another:\n"
                        + "  "
                        + signIn.address()
                        + "\n"
                        + "cachepot: The page where it ends can not be loaded there; run here, with"
                        + " its address:\n"
                        + "  cachepot --dist-auth='ADDRESS'\n");
        while (true) {
            LocalPage.Answer answer = page.await();
            Optional<String> refusal = signIn.refusal(answer.values());
            Outcome outcome =
                    refusal.isPresent()
                            ? new Outcome.Failed(refusal.get())
                            : token(provider, signIn, answer.values());
            switch (outcome) {
                case Outcome.Token(var token, var expiresAt) -> {
                    save(provider, token, expiresAt);
                    answer.tell("You are signed in. This page can be closed.");
                    return "Saved token\n" + warning(expiresAt);
                }
                case Outcome.Failed(var reason) -> {
                    answer.tell("You are not signed in: " + reason);
                    // Any page can send a browser here; that ends nothing.
                    if (signIn.isOurs(answer.values())) {
                        throw new IOException(reason);
                    }
                }
            }
        }
    }

    /**
     * Brings what the browser of another machine ended at to the sign-in that waits.
     *
     * @param address with a query, or a fragment
     * @return what to tell the user
     * @throws IOException when nobody waits
     */
    public String paste(String address) throws IOException {
        Optional<LocalPage> page = waiting.get();
        if (page.isEmpty()) {
            throw new IOException(
                    "no sign-in waits; run `cachepot --dist-auth` in another terminal first");
        }
        int start = Math.max(address.indexOf('?'), address.indexOf('#'));
        page.get().paste(new LocalPage.Answer(LocalPage.values(address.substring(start + 1))));
        return "Passed on to the sign-in that waits\n";
    }

    private Outcome token(Provider provider, SignIn signIn, Map<String, String> answer)
            throws InterruptedException {
        Optional<URI> tokenUrl = provider.tokenUrl();
        if (tokenUrl.isEmpty()) {
            return SignIn.token(answer, clock.instant());
        }
        String code = answer.getOrDefault("code", "");
        return code.isEmpty()
                ? new Outcome.Failed("the browser brought no code")
                : exchange(tokenUrl.get(), signIn.exchange(code));
    }

    /** Its answer is for this machine alone, so a redirect is not followed. */
    private Outcome exchange(URI tokenUrl, Map<String, String> body) throws InterruptedException {
        var request =
                HttpRequest.newBuilder(tokenUrl)
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.encode(body)))
                        .build();
        try (var http =
                HttpClient.newBuilder()
                        .connectTimeout(PATIENCE)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .sslContext(SystemTrust.context(System.getenv()))
                        .build()) {
            Instant asked = clock.instant();
            var response =
                    http.send(
                            request,
                            BodyHandlers.limiting(BodyHandlers.ofByteArray(), BODY_BYTES_MAX));
            Map<?, ?> answer = Json.decode(response.body(), Map.class);
            if (response.statusCode() / 100 != 2) {
                return new Outcome.Failed(
                        tokenUrl
                                + " answered "
                                + response.statusCode()
                                + ": "
                                + SignIn.printable(String.valueOf(answer.get("error"))));
            }
            return SignIn.token(answer, asked);
        } catch (WireException e) {
            return new Outcome.Failed(tokenUrl + " did not answer with JSON");
        } catch (IOException e) {
            return new Outcome.Failed(tokenUrl + " can not be asked: " + e);
        }
    }

    private void save(Provider provider, String token, Optional<Instant> expiresAt)
            throws IOException {
        var all = new TreeMap<>(SavedTokens.read(savedTokens));
        all.put(provider.authUrl().toString(), new SavedTokens.Saved(Secret.of(token), expiresAt));
        SavedTokens.write(savedTokens, all);
    }

    private String warning(Optional<Instant> expiresAt) {
        return expiresAt.isPresent() && expiresAt.get().isBefore(clock.instant().plus(SOON))
                ? "cachepot: Token retrieved expires in under two days\n"
                : "";
    }
}
