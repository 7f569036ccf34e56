package io.cachepot.protocol.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The authorities that this machine trusts, as curl and others have them: the file that {@code
 * SSL_CERT_FILE} names, else the system's own. A runtime that we bring along knows nothing of an
 * authority that an administrator added.
 */
public final class SystemTrust {
    /** Debian and its kin, Red Hat and its kin, SUSE, Alpine. */
    private static final List<Path> BUNDLES =
            List.of(
                    Path.of("/etc/ssl/certs/ca-certificates.crt"),
                    Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
                    Path.of("/etc/ssl/ca-bundle.pem"),
                    Path.of("/etc/ssl/cert.pem"));

    private SystemTrust() {}

    /**
     * What to speak TLS with to servers of others.
     *
     * @param environment of this process
     * @throws TokenException when the file that {@code SSL_CERT_FILE} names holds no certificates
     */
    public static SSLContext context(Map<String, String> environment) {
        try {
            var context = SSLContext.getInstance("TLS");
            Optional<Path> bundle = bundle(environment);
            if (bundle.isEmpty()) {
                context.init(null, null, null); // the runtime's
                return context;
            }
            var managers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store(bundle.get()));
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new TokenException(
                    "the authorities that this machine trusts can not be read: " + e.getMessage(),
                    e);
        }
    }

    private static Optional<Path> bundle(Map<String, String> environment) {
        String named = environment.getOrDefault("SSL_CERT_FILE", "");
        return named.isEmpty()
                ? BUNDLES.stream().filter(Files::isReadable).findFirst()
                : Optional.of(Path.of(named));
    }

    private static KeyStore store(Path bundle) throws GeneralSecurityException, IOException {
        var certificates = new ArrayList<Certificate>();
        try (InputStream in = Files.newInputStream(bundle)) {
            certificates.addAll(CertificateFactory.getInstance("X.509").generateCertificates(in));
        }
        if (certificates.isEmpty()) {
            throw new IOException(bundle + " holds no certificate");
        }
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry(Integer.toString(i), certificates.get(i));
        }
        return store;
    }
}
