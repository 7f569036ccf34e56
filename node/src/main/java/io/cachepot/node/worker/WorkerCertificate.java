package io.cachepot.node.worker;

import io.cachepot.node.tls.OwnCertificate;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A worker's certificate: self-signed, ECDSA on P-256 with SHA-256, new at each start with a new
 * key that never leaves memory. Clients accept it by its digest, which schedulers tell them; its
 * name and dates are for people and for tools.
 */
public final class WorkerCertificate {
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);
    private static final Duration VALIDITY = Duration.ofDays(3650);
    private static final int SERIAL_BITS = 127;

    /** Most characters of a common name (RFC 5280, upper bounds). */
    private static final int NAME_CHARS_MAX = 64;

    private final KeyPair keys;
    private final X509Certificate certificate;

    private WorkerCertificate(KeyPair keys, X509Certificate certificate) {
        this.keys = keys;
        this.certificate = certificate;
    }

    /**
     * Makes one.
     *
     * @param host DNS name or IP address, without brackets
     */
    public static WorkerCertificate create(String host, SecureRandom random, Instant now) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair keys = generator.generateKeyPair();
            return new WorkerCertificate(keys, sign(host, keys, random, now));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("certificate for '" + host + "' not made", e);
        }
    }

    private static X509Certificate sign(String host, KeyPair keys, SecureRandom random, Instant now)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        X500Name name = name(host);
        var builder =
                new JcaX509v3CertificateBuilder(
                        name,
                        new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                        Date.from(now.minus(CLOCK_SKEW)),
                        Date.from(now.plus(VALIDITY)),
                        name,
                        keys.getPublic());
        builder.addExtension(
                Extension.subjectAlternativeName, false, new GeneralNames(alternativeName(host)));
        builder.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static X500Name name(String host) {
        String clipped = host.substring(0, Math.min(host.length(), NAME_CHARS_MAX));
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, clipped).build();
    }

    private static GeneralName alternativeName(String host) {
        try {
            String address = InetAddress.ofLiteral(host).getHostAddress();
            return new GeneralName(GeneralName.iPAddress, address);
        } catch (IllegalArgumentException _) { // a name, not an address
            return new GeneralName(GeneralName.dNSName, host);
        }
    }

    /** Serves TLS 1.3 with this certificate. */
    public SSLContext sslContext() {
        try {
            var own = new OwnCertificate(List.of(certificate), keys.getPrivate());
            var context = SSLContext.getInstance("TLSv1.3");
            context.init(new KeyManager[] {own}, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("JDK 25 has TLS 1.3", e);
        }
    }

    public String pem() {
        var encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        return "-----BEGIN CERTIFICATE-----\n"
                + encoder.encodeToString(der())
                + "\n-----END CERTIFICATE-----\n";
    }

    /** SHA-256 of the certificate's DER. */
    public Digest digest() {
        return Digest.of(der());
    }

    private byte[] der() {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("certificate of ours can not be encoded", e);
        }
    }
}
