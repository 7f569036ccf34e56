package io.cachepot.node.auth;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.security.Jwk;
import io.jsonwebtoken.security.Jwks;
import io.jsonwebtoken.security.PublicJwk;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * An identity provider's public keys (RFC 7517). They are fetched when the first token comes, again
 * after ten minutes, and before that when a token names a key that is not among them, at most twice
 * a minute. When the provider does not answer, the keys that are known are good for an hour.
 */
final class JwksKeys {
    private static final System.Logger LOG = System.getLogger(JwksKeys.class.getName());

    /** After this a key that the provider took back is refused. */
    private static final Duration FRESH = Duration.ofMinutes(10);

    private static final Duration STALE_MAX = Duration.ofHours(1);

    /** Tokens with invented names of keys must not make us a burden to the provider. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private static final int KEYS_MAX = 100;

    private final URI url;
    private final Identity identity;
    private final LongSupplier nanoTime;

    /** Held by whoever fetches. */
    private final ReentrantLock fetching = new ReentrantLock();

    /** Written by whoever fetches, read by all. */
    private volatile State state = new State(List.of(), NEVER, NEVER, "no keys were fetched yet");

    /** Of times: it did not happen. */
    private static final long NEVER = Long.MIN_VALUE;

    /**
     * @param fetchedNanos when {@code keys} came, or {@link #NEVER}
     * @param triedNanos when the last attempt began, or {@link #NEVER}
     * @param failure why there are no keys, or no newer ones
     */
    private record State(
            List<PublicJwk<?>> keys, long fetchedNanos, long triedNanos, String failure) {
        boolean isYounger(Duration age, long nowNanos) {
            return fetchedNanos != NEVER && nowNanos - fetchedNanos <= age.toNanos();
        }

        boolean mayTry(long nowNanos) {
            return triedNanos == NEVER || nowNanos - triedNanos > PAUSE.toNanos();
        }

        List<PublicJwk<?>> named(String id) {
            return id.isEmpty()
                    ? keys
                    : keys.stream().filter(key -> id.equals(key.getId())).toList();
        }
    }

    /**
     * None as yet.
     *
     * @param nanoTime as {@link System#nanoTime}
     */
    JwksKeys(URI url, Identity identity, LongSupplier nanoTime) {
        this.url = url;
        this.identity = identity;
        this.nanoTime = nanoTime;
    }

    /**
     * Those that may have signed a token. Waits for the provider only when the key is not known.
     *
     * @param id what the token's header names; empty when it names none
     * @throws AuthUnavailableException when no keys are known that are not too old
     */
    List<PublicJwk<?>> find(String id) {
        long now = nanoTime.getAsLong();
        State known = state;
        boolean isUseful = known.isYounger(STALE_MAX, now) && !known.named(id).isEmpty();
        if (!isUseful) {
            fetchIfDue();
        } else if (!known.isYounger(FRESH, now) && known.mayTry(now)) {
            Thread.ofVirtual().name("jwks").start(this::fetchIfDue);
        }
        known = state;
        if (!known.isYounger(STALE_MAX, nanoTime.getAsLong())) {
            throw new AuthUnavailableException(known.failure());
        }
        return known.named(id);
    }

    /** Whoever waits here for another's attempt profits from it. */
    private void fetchIfDue() {
        fetching.lock();
        try {
            if (state.mayTry(nanoTime.getAsLong())) {
                state = fetch(state, nanoTime.getAsLong());
            }
        } finally {
            fetching.unlock();
        }
    }

    private State fetch(State before, long now) {
        try {
            List<PublicJwk<?>> keys = read(identity.get(url));
            LOG.log(INFO, "keys of the identity provider: url={0} count={1}", url, keys.size());
            return new State(keys, now, now, "");
        } catch (AuthUnavailableException e) {
            LOG.log(WARNING, "keys of the identity provider not fetched: {0}", e.getMessage());
            return new State(
                    before.keys(), before.fetchedNanos(), now, String.valueOf(e.getMessage()));
        }
    }

    private List<PublicJwk<?>> read(Identity.Answer answer) {
        if (!answer.isGood()) {
            throw new AuthUnavailableException(url + " answered " + answer.status());
        }
        if (!answer.contentType().toLowerCase(Locale.ROOT).contains("json")) {
            throw new AuthUnavailableException(
                    url
                            + " answered with Content-Type '"
                            + answer.contentType()
                            + "', expected application/json; is client_auth.jwks_url right?");
        }
        var found = new ArrayList<PublicJwk<?>>();
        try {
            String text = answer.body().toUtf8();
            for (Jwk<?> key : Jwks.setParser().build().parse(text)) {
                boolean isForSignatures =
                        key instanceof PublicJwk<?> open
                                && (open.getPublicKeyUse() == null
                                        || open.getPublicKeyUse().equals("sig"));
                if (isForSignatures && found.size() < KEYS_MAX) {
                    found.add((PublicJwk<?>) key);
                }
            }
        } catch (JwtException | IllegalArgumentException e) {
            throw new AuthUnavailableException(url + " answered with no set of keys (JWKS)", e);
        }
        if (found.isEmpty()) {
            throw new AuthUnavailableException(url + " answered with no public key for signatures");
        }
        return List.copyOf(found);
    }
}
