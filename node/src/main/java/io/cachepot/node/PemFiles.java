package io.cachepot.node;

import io.cachepot.config.TlsConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Reads a certificate and its key from PEM files (RFC 7468). */
final class PemFiles {
    private static final Pattern KEY =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");

    private PemFiles() {}

    /**
     * What a server speaks TLS with.
     *
     * @throws IOException when a file can not be read or holds something else; the message names it
     */
    static SSLContext context(TlsConfig config) throws IOException {
        Certificate[] chain = chain(config.certificate());
        PrivateKey key = key(config.key());
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("node", key, new char[0], chain);
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "tls.certificate "
                            + config.certificate()
                            + " and tls.key "
                            + config.key()
                            + " do not go together: "
                            + e.getMessage(),
                    e);
        }
    }

    private static Certificate[] chain(Path file) throws IOException {
        try (var in = new ByteArrayInputStream(read("tls.certificate", file))) {
            var chain = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (chain.isEmpty()) {
                throw new IOException("tls.certificate " + file + " holds no PEM certificate");
            }
            return chain.toArray(Certificate[]::new);
        } catch (GeneralSecurityException e) {
            throw new IOException("tls.certificate " + file + " is no PEM certificate", e);
        }
    }

    private static PrivateKey key(Path file) throws IOException {
        var pem = KEY.matcher(new String(read("tls.key", file), StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new IOException(
                    "tls.key "
                            + file
                            + " holds no 'PRIVATE KEY' (PKCS #8, not encrypted); convert it with"
                            + " 'openssl pkcs8 -topk8 -nocrypt'");
        }
        var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (GeneralSecurityException _) {
                // One of the others, perhaps.
            }
        }
        throw new IOException("tls.key " + file + " is none of " + ALGORITHMS);
    }

    private static byte[] read(String what, Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IOException(what + " " + file + " can not be read: " + e, e);
        }
    }
}
