package io.cachepot.node.doctor;

import io.cachepot.config.GridTls;
import io.cachepot.protocol.text.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Looks at a certificate and its key. */
final class CertificateCheck {
    private static final Duration SOON = Duration.ofDays(14);

    private CertificateCheck() {}

    /**
     * Looks.
     *
     * @param table of the settings, for instance {@code grid.tls}
     * @param renew what to do about one that expires
     */
    static List<Finding> of(String table, Path certificate, Path key, String renew, Instant now) {
        var findings = new ArrayList<Finding>();
        try (InputStream in = Files.newInputStream(certificate)) {
            var first =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509").generateCertificate(in);
            Instant expiry = first.getNotAfter().toInstant();
            findings.add(dated(table, certificate, expiry, renew, now));
        } catch (IOException e) {
            findings.add(unreadable(table + ".certificate", certificate, e));
        } catch (CertificateException e) {
            findings.add(
                    Finding.fail(
                            table,
                            certificate + " holds no certificate: " + e.getMessage(),
                            "name a PEM file in " + table + ".certificate"));
        }
        try {
            Files.readAllBytes(key);
            if (OwnFiles.isForOthers(key)) {
                findings.add(
                        Finding.warn(
                                table,
                                key + " can be read by others on this machine",
                                "chmod 600 " + key));
            }
        } catch (IOException e) {
            findings.add(unreadable(table + ".key", key, e));
        }
        return findings;
    }

    /** Looks at what a member of the grid proves itself with. */
    static List<Finding> ofGrid(GridTls tls, Instant now) {
        return of(
                "grid.tls",
                tls.certificate(),
                tls.key(),
                "cachepot-dist auth issue-node, and replace both files",
                now);
    }

    private static Finding dated(
            String table, Path certificate, Instant expiry, String renew, Instant now) {
        if (expiry.isBefore(now)) {
            return Finding.fail(table, certificate + " expired at " + expiry, renew);
        }
        return expiry.isBefore(now.plus(SOON))
                ? Finding.warn(table, certificate + " expires at " + expiry, renew)
                : Finding.ok(table, certificate + ", good until " + expiry);
    }

    private static Finding unreadable(String key, Path file, IOException e) {
        return Finding.fail(
                key,
                file + " can not be read: " + e,
                "let the user that runs the node read it, and look as that user");
    }
}
