package io.cachepot.node.grid.secure;

import io.cachepot.node.tls.OwnCertificate;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;

/**
 * What a member speaks TLS 1.3 with: its certificate and key, the authorities whose certificates it
 * takes (two while they change), and serial numbers that it takes no longer.
 */
public final class MemberTls {
    private static final String PROTOCOL = "TLSv1.3";

    /** From here on somebody should see to another certificate. */
    private static final Duration EXPIRY_TOLD = Duration.ofDays(30);

    /** Replaced when files change; read by whoever begins a connection. */
    private volatile Material material;

    private record Material(
            SSLContext context, Set<BigInteger> revoked, X509Certificate certificate) {}

    /**
     * Ready to speak.
     *
     * @param chain the member's own certificate in front
     * @param authorities at least one
     * @param revoked serial numbers
     * @throws GeneralSecurityException when key and certificate do not go together
     */
    public MemberTls(
            List<X509Certificate> chain,
            PrivateKey key,
            List<X509Certificate> authorities,
            Set<BigInteger> revoked)
            throws GeneralSecurityException {
        material = material(chain, key, authorities, revoked);
    }

    private static Material material(
            List<X509Certificate> chain,
            PrivateKey key,
            List<X509Certificate> authorities,
            Set<BigInteger> revoked)
            throws GeneralSecurityException {
        var context = SSLContext.getInstance(PROTOCOL);
        context.init(
                new KeyManager[] {new OwnCertificate(chain, key)},
                trust(authorities).getTrustManagers(),
                null);
        return new Material(context, Set.copyOf(revoked), chain.getFirst());
    }

    /** Speaks as {@code other} does from the next connection on; those that are open stay so. */
    public void become(MemberTls other) {
        material = other.material;
    }

    /** When the member's own certificate expires. */
    public Instant expiresAt() {
        return material.certificate.getNotAfter().toInstant();
    }

    /** What a person should do about the certificate; empty if nothing. */
    public Optional<String> warning(Instant now) {
        Duration left = Duration.between(now, expiresAt());
        if (left.compareTo(EXPIRY_TOLD) > 0) {
            return Optional.empty();
        }
        return Optional.of(
                "grid.tls.certificate '"
                        + material.certificate.getSubjectX500Principal().getName()
                        + (left.isNegative() ? "' expired at " : "' expires at ")
                        + expiresAt()
                        + ": put one of 'cachepot-dist auth issue-node' in its place, it is taken"
                        + " without a restart");
    }

    private static TrustManagerFactory trust(List<X509Certificate> authorities)
            throws GeneralSecurityException {
        KeyStore store = empty();
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority" + i, authorities.get(i));
        }
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        return trust;
    }

    private static KeyStore empty() throws GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (java.io.IOException e) {
            throw new GeneralSecurityException("an empty key store can not be made", e);
        }
        return store;
    }

    /** For one connection. Without the peer's name: nobody resumes a session. */
    SSLEngine engine(boolean isClient) {
        SSLEngine engine = material.context.createSSLEngine();
        engine.setUseClientMode(isClient);
        engine.setEnabledProtocols(new String[] {PROTOCOL});
        if (!isClient) {
            engine.setNeedClientAuth(true);
        }
        return engine;
    }

    /**
     * Who is there, when the handshake is done.
     *
     * @throws SSLException when the certificate is revoked or has no role
     */
    Peer peer(SSLSession session) throws SSLException {
        var certificate = (X509Certificate) session.getPeerCertificates()[0];
        String name = certificate.getSubjectX500Principal().getName();
        if (material.revoked.contains(certificate.getSerialNumber())) {
            throw new SSLException("revoked certificate '" + name + "'");
        }
        MemberRole role =
                MemberRole.of(certificate)
                        .orElseThrow(() ->
                                new SSLException(
                                        "certificate '"
                                                + name
                                                + "' has no role, expected OU=scheduler or"
                                                + " OU=worker"));
        return new Peer(role, name);
    }
}
