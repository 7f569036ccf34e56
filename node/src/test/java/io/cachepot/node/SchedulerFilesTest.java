package io.cachepot.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.config.SchedulerConfig;
import io.cachepot.config.source.ConfigLoader;
import io.cachepot.config.source.Platform;
import io.cachepot.node.grid.secure.ClusterAuthority;
import io.cachepot.node.grid.secure.MemberRole;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.auth.PinnedTls;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SchedulerFilesTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ConfigLoader loader = new ConfigLoader(Platform.current());
    @TempDir private Path directory;
    private long touched = Instant.now().toEpochMilli();
    private SchedulerFiles files;

    @BeforeEach
    void start() throws Exception {
        writeCertificate();
        writeConfig("");
        files = open();
    }

    @AfterEach
    void stop() {
        files.close();
    }

    private SchedulerFiles open() throws IOException {
        return new SchedulerFiles(
                load(), Optional.of(new SchedulerFiles.Settings(config(), this::load)));
    }

    private Path config() {
        return directory.resolve("scheduler.conf");
    }

    private SchedulerConfig load() {
        return loader.scheduler(config()).config();
    }

    private void writeConfig(String revoked) throws IOException {
        Files.writeString(
                config(),
                """
                public_addr = "127.0.0.1:10600"
                client_auth = { type = "token", token = "t" }
                [worker_auth]
                type = "jwt_hs256"
                secret_key = "ZXhhbXBsZSBrZXksIG1ha2UgeW91ciBvd24gb25lISE"
                revoked = [%s]
                [tls]
                certificate = "%s"
                key = "%s"
                """
                        .formatted(revoked, certificate(), key()));
        touch(config());
    }

    private Path certificate() {
        return directory.resolve("own.pem");
    }

    private Path key() {
        return directory.resolve("own.key");
    }

    private Digest writeCertificate() throws Exception {
        Files.deleteIfExists(certificate());
        Files.deleteIfExists(key());
        var authority = ClusterAuthority.create("test", RANDOM, Instant.now(), Duration.ofDays(1));
        var own =
                authority.issue(
                        MemberRole.SCHEDULER, "node", RANDOM, Instant.now(), Duration.ofDays(1));
        PemFiles.write(own, certificate(), key());
        touch(certificate());
        return Digest.of(own.certificate().getEncoded());
    }

    /** File times may tick slower than this test. */
    private void touch(Path file) throws IOException {
        touched += 1_000;
        Files.setLastModifiedTime(file, FileTime.fromMillis(touched));
    }

    private interface Check {
        boolean isTrue() throws Exception;
    }

    /** As the scheduler does it from time to time. */
    private void lookUntil(Check check) throws Exception {
        while (!check.isTrue()) {
            files.look();
        }
    }

    /** Whether a new connection is shown the certificate with this digest. */
    private boolean isShown(Digest certificate) throws Exception {
        var server = files.tls().orElseThrow().getServerSocketFactory();
        var client = PinnedTls.context(certificate).getSocketFactory();
        try (var listening =
                        (SSLServerSocket)
                                server.createServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var socket =
                        (SSLSocket)
                                client.createSocket(
                                        InetAddress.getLoopbackAddress(),
                                        listening.getLocalPort())) {
            Thread.startVirtualThread(() -> {
                try (var accepted = (SSLSocket) listening.accept()) {
                    accepted.startHandshake();
                    accepted.getInputStream().read();
                } catch (IOException _) {
                    // The client does not like it, and the test says so.
                }
            });
            socket.startHandshake();
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void tokensAreRevokedAndGivenBackWithoutARestart() throws Exception {
        assertThat(files.revoked()).isEmpty();
        writeConfig("\"10.0.0.1:10501\", \"an-id\"");
        lookUntil(() -> files.revoked().equals(Set.of("10.0.0.1:10501", "an-id")));
        writeConfig("");
        lookUntil(() -> files.revoked().isEmpty());
    }

    @Test
    void settingsThatAreBrokenChangeNothing() throws Exception {
        // Given
        writeConfig("\"an-id\"");
        lookUntil(() -> !files.revoked().isEmpty());

        // When
        Files.writeString(config(), "public_addr = ");
        touch(config());
        files.look();
        files.look();

        // Then
        assertThat(files.revoked()).containsExactly("an-id");
        writeConfig("");
        lookUntil(() -> files.revoked().isEmpty());
    }

    @Test
    void anotherCertificateIsShownWithoutARestart() throws Exception {
        // Given
        Digest first = writeCertificate();
        lookUntil(() -> isShown(first));

        // When
        Digest second = writeCertificate();

        // Then
        lookUntil(() -> isShown(second));
        assertThat(isShown(first)).isFalse();
    }

    @Test
    void halfOfAChangeIsNotTaken() throws Exception {
        // Given
        Digest first = writeCertificate();
        lookUntil(() -> isShown(first));

        // When
        Files.writeString(key(), "no key");
        touch(certificate());
        files.look();
        files.look();

        // Then
        assertThat(isShown(first)).isTrue();
        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(key().toString());
    }
}
