package io.cachepot.protocol.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.WorkerId;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
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

    static final String FETCH_CLAIM = "fetch";
    static final String DIGEST_CLAIM = "digest";

    private static final String HMAC = "HmacSHA256";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /** Each start of a worker brings another key. */
    private static final int SECRETS_MAX = 10_000;

    private final TokenKeyPair keys = TokenKeyPair.create();
    private final String header =
            base64("{\"kid\":\"" + keyId(keys.publicKey()) + "\",\"alg\":\"HS256\"}");

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
        return sign(claims(ticket), workerKey);
    }

    /**
     * As {@link #sign(JobTicket, String)}; neither kind of token passes for the other, for each
     * lacks what the other must have.
     */
    public String sign(FetchTicket ticket, String workerKey) {
        return sign(claims(ticket), workerKey);
    }

    private String sign(String claims, String workerKey) {
        String signed = header + '.' + base64(claims);
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(secret(workerKey));
            return signed + '.' + BASE64.encodeToString(mac.doFinal(signed.getBytes(US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }

    /**
     * JSON. None of the values has a character that would have to be escaped: ids check theirs. A
     * library would take ten times as long as all the rest of a token.
     */
    private static String claims(JobTicket ticket) {
        return "{\"sub\":\""
                + ticket.job().hex()
                + "\","
                + worker(ticket.worker(), ticket.incarnation())
                + ",\""
                + TOOLCHAIN_CLAIM
                + "\":\""
                + ticket.toolchain().hex()
                + "\",\"exp\":"
                + ticket.expiry().getEpochSecond()
                + "}";
    }

    private static String claims(FetchTicket ticket) {
        return "{\""
                + FETCH_CLAIM
                + "\":\""
                + ticket.kind().claim()
                + "\",\""
                + DIGEST_CLAIM
                + "\":\""
                + ticket.digest().hex()
                + "\","
                + worker(ticket.worker(), ticket.incarnation())
                + ",\"exp\":"
                + ticket.expiry().getEpochSecond()
                + "}";
    }

    /** The start of a worker that it is for. */
    private static String worker(WorkerId worker, long incarnation) {
        return "\""
                + WORKER_CLAIM
                + "\":\""
                + worker.address()
                + "\",\""
                + INCARNATION_CLAIM
                + "\":\""
                + incarnation
                + "\"";
    }

    private static String base64(String ascii) {
        return BASE64.encodeToString(ascii.getBytes(US_ASCII));
    }
}
