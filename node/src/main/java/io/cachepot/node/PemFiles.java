package io.cachepot.node;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.config.GridConfig;
import io.cachepot.config.GridTls;
import io.cachepot.config.TlsConfig;
import io.cachepot.config.source.FileMode;
import io.cachepot.node.grid.secure.ClusterAuthority.Credentials;
import io.cachepot.node.grid.secure.MemberTls;
import io.cachepot.node.tls.OwnCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509KeyManager;

/** Reads certificates and keys from PEM files (RFC 7468), and writes them. */
final class PemFiles {
    private static final System.Logger LOG = System.getLogger(PemFiles.class.getName());
    private static final Pattern KEY =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");

    private PemFiles() {}

    /**
     * A server's certificate.
     *
     * @throws IOException when a file can not be read or holds something else; the message names it
     */
    static OwnCertificate own(TlsConfig config) throws IOException {
        List<X509Certificate> chain = certificates("tls.certificate", config.certificate());
        PrivateKey key = key("tls.key", config.key());
        try {
            return new OwnCertificate(chain, key);
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

    /** What a server speaks TLS with that shows {@code certificate}. */
    static SSLContext context(X509KeyManager certificate) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {certificate}, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }

    /**
     * What a member of the grid proves itself with.
     *
     * @return empty when no file is named
     */
    static Optional<MemberTls> member(Optional<GridConfig> grid) throws IOException {
        Optional<GridTls> config = grid.flatMap(GridConfig::tls);
        if (config.isEmpty()) {
            return Optional.empty();
        }
        GridTls tls = config.get();
        try {
            return Optional.of(
                    new MemberTls(
                            certificates("grid.tls.certificate", tls.certificate()),
                            key("grid.tls.key", tls.key()),
                            certificates("grid.tls.authorities", tls.authorities()),
                            Set.copyOf(tls.revoked())));
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "grid.tls.certificate "
                            + tls.certificate()
                            + " and grid.tls.key "
                            + tls.key()
                            + " do not go together: "
                            + e.getMessage(),
                    e);
        }
    }

    /** At least one; {@code what} is the setting that names {@code file}. */
    static List<X509Certificate> certificates(String what, Path file) throws IOException {
        try (var in = new ByteArrayInputStream(read(what, file))) {
            var chain = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (chain.isEmpty()) {
                throw new IOException(what + " " + file + " holds no PEM certificate");
            }
            return chain.stream().map(X509Certificate.class::cast).toList();
        } catch (GeneralSecurityException e) {
            throw new IOException(what + " " + file + " is no PEM certificate", e);
        }
    }

    static PrivateKey key(String what, Path file) throws IOException {
        warnIfOthersRead(what, file);
        var pem = KEY.matcher(new String(read(what, file), StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new IOException(
                    what
                            + " "
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
        throw new IOException(what + " " + file + " is none of " + ALGORITHMS);
    }

    /** Whoever can read a key is the node, as far as others can tell. */
    private static void warnIfOthersRead(String what, Path file) {
        try {
            if (FileMode.isReadByOthers(file)) {
                LOG.log(WARNING, "{0} {1} can be read by others; do: chmod 600 {1}", what, file);
            }
        } catch (IOException e) {
            LOG.log(DEBUG, "mode of a key not known: {0}", e.toString());
        }
    }

    private static byte[] read(String what, Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IOException(what + " " + file + " can not be read: " + e, e);
        }
    }

    /**
     * Writes {@code certificate} and its key, which nobody else can read, into two new files.
     *
     * @throws java.nio.file.FileAlreadyExistsException when one of them is there
     */
    static void write(Credentials credentials, Path certificate, Path key) throws IOException {
        write(credentials.certificate(), certificate);
        create(key, "PRIVATE KEY", credentials.key().getEncoded(), "rw-------");
    }

    /** Likewise, of a certificate alone. */
    static void write(X509Certificate certificate, Path file) throws IOException {
        create(file, "CERTIFICATE", encoded(certificate), "rw-r--r--");
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("certificate of ours can not be encoded", e);
        }
    }

    private static void create(Path file, String label, byte[] content, String mode)
            throws IOException {
        var encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        String text =
                "-----BEGIN "
                        + label
                        + "-----\n"
                        + encoder.encodeToString(content)
                        + "\n-----END "
                        + label
                        + "-----\n";
        Files.createFile(
                file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
        Files.writeString(file, text);
    }
}
