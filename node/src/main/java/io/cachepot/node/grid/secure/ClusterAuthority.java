package io.cachepot.node.grid.secure;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Who says which machines are of a cluster: a certificate authority of its own, ECDSA on P-256 with
 * SHA-256.
 */
public final class ClusterAuthority {
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);
    private static final int SERIAL_BITS = 127;

    private final Credentials own;

    /** Signs with {@code own}, which is an authority's. */
    public ClusterAuthority(Credentials own) {
        this.own = own;
    }

    /** A certificate and its key. */
    public record Credentials(X509Certificate certificate, PrivateKey key) {}

    /**
     * A new one.
     *
     * @param name of the cluster
     */
    public static ClusterAuthority create(
            String name, SecureRandom random, Instant now, Duration validity) {
        try {
            KeyPair keys = keys(random);
            X500Name subject =
                    new X500NameBuilder(BCStyle.INSTANCE)
                            .addRDN(BCStyle.O, name)
                            .addRDN(BCStyle.CN, "cachepot cluster authority")
                            .build();
            var builder = builder(subject, subject, keys, random, now, validity);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return new ClusterAuthority(
                    new Credentials(sign(builder, keys.getPrivate()), keys.getPrivate()));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("authority of '" + name + "' not made", e);
        }
    }

    public Credentials own() {
        return own;
    }

    /**
     * For one node.
     *
     * @param name for people, at most 64 characters
     */
    public Credentials issue(
            MemberRole role, String name, SecureRandom random, Instant now, Duration validity) {
        return issue(role.unit(), name, random, now, validity);
    }

    /** Likewise, with any organizational unit. */
    Credentials issue(
            String unit, String name, SecureRandom random, Instant now, Duration validity) {
        try {
            KeyPair keys = keys(random);
            X500Name subject =
                    new X500NameBuilder(BCStyle.INSTANCE)
                            .addRDN(BCStyle.OU, unit)
                            .addRDN(BCStyle.CN, name)
                            .build();
            X500Name issuer =
                    X500Name.getInstance(own.certificate().getSubjectX500Principal().getEncoded());
            var builder = builder(issuer, subject, keys, random, now, validity);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(
                            new KeyPurposeId[] {
                                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                            }));
            return new Credentials(sign(builder, own.key()), keys.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("certificate for '" + name + "' not made", e);
        }
    }

    private static KeyPair keys(SecureRandom random) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Name issuer,
            X500Name subject,
            KeyPair keys,
            SecureRandom random,
            Instant now,
            Duration validity) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(validity)),
                subject,
                keys.getPublic());
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }
}
