package io.cachepot.protocol.auth;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.jsonwebtoken.Jwts;
import java.util.Date;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.SecretKey;

/**
 * A scheduler's pen. Job tokens are JWTs with an HMAC (HS256), by a secret of this scheduler and
 * the one worker that the token is for: no other worker can make one, and a client can not. A
 * signature by a private key would be as good, but costs a hundred times as much where it is made
 * and where it is checked, and a scheduler makes one for each grant.
 */
public final class JobTokenSigner {
    static final String WORKER_CLAIM = "worker";
    static final String INCARNATION_CLAIM = "incarnation";
    static final String TOOLCHAIN_CLAIM = "toolchain";

    /** Each start of a worker brings another key. */
    private static final int SECRETS_MAX = 10_000;

    private final TokenKeyPair keys = TokenKeyPair.create();
    private final String keyId = keyId(keys.publicKey());

    /** By the worker's key. */
    private final ConcurrentHashMap<String, SecretKey> secrets = new ConcurrentHashMap<>();

    /** What workers compute their secret with: X25519, X.509 encoding, base64. */
    public String publicKey() {
        return keys.publicKey();
    }

    /** By which a verifier finds the key among those of all schedulers. */
    static String keyId(String publicKey) {
        return Digest.of(Bytes.utf8(publicKey)).hex().substring(0, 16);
    }

    /**
     * Gets ready to sign for a worker.
     *
     * @param workerKey as {@link TokenKeyPair#publicKey} gives it
     * @throws TokenException when it is not a key
     */
    public void meet(String workerKey) {
        var _ = secret(workerKey);
    }

    private SecretKey secret(String workerKey) {
        if (secrets.size() > SECRETS_MAX) {
            // Those that are needed still are computed again.
            secrets.clear();
        }
        return secrets.computeIfAbsent(workerKey, key -> keys.secret(key, keys.publicKey(), key));
    }

    /**
     * The token.
     *
     * @param workerKey of the ticket's worker, in the ticket's incarnation
     * @throws TokenException when it is not a key
     */
    public String sign(JobTicket ticket, String workerKey) {
        return Jwts.builder()
                .header()
                .keyId(keyId)
                .and()
                .subject(ticket.job().hex())
                .claim(WORKER_CLAIM, ticket.worker().address())
                .claim(INCARNATION_CLAIM, Long.toString(ticket.incarnation()))
                .claim(TOOLCHAIN_CLAIM, ticket.toolchain().hex())
                .expiration(Date.from(ticket.expiry()))
                .signWith(secret(workerKey), Jwts.SIG.HS256)
                .compact();
    }
}
