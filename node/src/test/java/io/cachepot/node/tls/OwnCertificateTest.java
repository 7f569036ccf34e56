package io.cachepot.node.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.node.grid.secure.ClusterAuthority;
import io.cachepot.node.grid.secure.ClusterAuthority.Credentials;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnCertificateTest {
    private static final Principal[] NOBODY = {};

    private static Credentials some() {
        return ClusterAuthority.create(
                        "test", new SecureRandom(), Instant.now(), Duration.ofDays(1))
                .own();
    }

    @Test
    void isChosenForItsKindOfKeyOnly() throws GeneralSecurityException {
        // Given
        Credentials credentials = some();

        // When
        var own = new OwnCertificate(List.of(credentials.certificate()), credentials.key());

        // Then
        String alias = Objects.requireNonNull(own.chooseServerAlias("EC", NOBODY, new Socket()));
        assertThat(own.getCertificateChain(alias)).containsExactly(credentials.certificate());
        assertThat(own.getPrivateKey(alias)).isEqualTo(credentials.key());
        assertThat(own.chooseServerAlias("RSA", NOBODY, new Socket())).isNull();
        assertThat(own.chooseClientAlias(new String[] {"RSA", "EC"}, NOBODY, new Socket()))
                .isEqualTo(alias);
        assertThat(own.getServerAliases("EdDSA", NOBODY)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void refusesAnotherCertificatesKey(String algorithm) throws GeneralSecurityException {
        // Given
        var other = KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();

        // When
        assertThatThrownBy(() -> new OwnCertificate(List.of(some().certificate()), other))
                // Then
                .isInstanceOf(InvalidKeyException.class)
                .hasMessage("the key is another certificate's");
    }
}
