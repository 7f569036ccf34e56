package io.cachepot.node.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.Digest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WorkerCertificateTest {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private static WorkerCertificate certificate(String host) {
        return WorkerCertificate.create(host, new SecureRandom(), Jobs.NOW);
    }

    private static X509Certificate parse(WorkerCertificate certificate) throws Exception {
        var pem = new ByteArrayInputStream(certificate.pem().getBytes(StandardCharsets.US_ASCII));
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
    }

    @Test
    void isSignedByItselfWithEcdsaAndSha256() throws Exception {
        // When
        var parsed = parse(certificate("worker.example"));

        // Then
        parsed.verify(parsed.getPublicKey());
        assertThat(parsed.getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(parsed.getSubjectX500Principal().getName()).isEqualTo("CN=worker.example");
        assertThat(parsed.getSubjectAlternativeNames())
                .containsExactly(List.of(DNS_NAME, "worker.example"));
        assertThat(parsed.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    }

    @Test
    void isGoodOnMachinesWhoseClockIsADayLate() throws Exception {
        // When
        var parsed = parse(certificate("worker.example"));

        // Then
        parsed.checkValidity(Date.from(Jobs.NOW.minus(Duration.ofHours(23))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.7", "2001:db8:0:0:0:0:0:7"})
    void namesAnAddressAsAnAddress(String host) throws Exception {
        // When
        var parsed = parse(certificate(host));

        // Then
        assertThat(parsed.getSubjectAlternativeNames()).containsExactly(List.of(IP_ADDRESS, host));
    }

    @Test
    void isKnownByTheDigestOfItsEncoding() throws Exception {
        // Given
        var certificate = certificate("worker.example");

        // When
        var digest = certificate.digest();

        // Then
        assertThat(digest).isEqualTo(Digest.of(parse(certificate).getEncoded()));
    }

    @Test
    void isAnotherOneEachTime() {
        assertThat(certificate("a").digest()).isNotEqualTo(certificate("a").digest());
    }

    @Test
    void keepsLongHostNamesWholeInTheAlternativeName() throws Exception {
        // Given
        String host = "a".repeat(60) + "." + "b".repeat(60) + ".example";

        // When
        var parsed = parse(certificate(host));

        // Then
        assertThat(parsed.getSubjectAlternativeNames()).containsExactly(List.of(DNS_NAME, host));
    }

    @Test
    void servesTls() {
        // When
        var context = certificate("worker.example").sslContext();

        // Then
        assertThat(context.getProtocol()).isEqualTo("TLSv1.3");
        assertThat(context.getServerSocketFactory().getDefaultCipherSuites()).isNotEmpty();
    }
}
