package io.cachepot.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ServiceManagerTest {
    private static final long PID = 42;

    @TempDir private Path directory;

    @Test
    void hearsOfTheStartAndTheEnd() throws Throwable {
        // Given
        String path = directory.resolve("notify").toString();
        try (var systemd = new NotifySocket(path);
                var manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", path), PID)) {
            // When
            manager.ready();
            manager.stopping();

            // Then: and of nothing between, for nobody watches
            assertThat(systemd.next()).isEqualTo("READY=1");
            assertThat(systemd.next()).isEqualTo("STOPPING=1");
        }
    }

    @Test
    void hearsAgainAndAgainWhereItWatches() throws Throwable {
        // Given: also at a name without a file
        String name = "@cachepot-test-" + UUID.randomUUID();
        var environment =
                Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "100000", "WATCHDOG_PID", "" + PID);
        try (var systemd = new NotifySocket(name);
                var manager = ServiceManager.of(environment, PID)) {
            // When
            manager.ready();

            // Then
            assertThat(systemd.next()).isEqualTo("READY=1");
            for (int i = 0; i < 5; i++) {
                assertThat(systemd.next()).isEqualTo("WATCHDOG=1");
            }
        }
    }

    @Test
    void isNotToldForAnother() throws Throwable {
        // Given: it watches the parent of this process
        String path = directory.resolve("notify").toString();
        var environment =
                Map.of("NOTIFY_SOCKET", path, "WATCHDOG_USEC", "1000", "WATCHDOG_PID", "41");
        try (var systemd = new NotifySocket(path);
                var manager = ServiceManager.of(environment, PID)) {
            // When
            manager.ready();
            Thread.sleep(100);
            manager.stopping();

            // Then
            assertThat(systemd.next()).isEqualTo("READY=1");
            assertThat(systemd.next()).isEqualTo("STOPPING=1");
        }
    }

    @Test
    void nobodyThereIsNoTrouble() {
        for (String socket : new String[] {"/nowhere/notify", "", "x".repeat(200)}) {
            try (var manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", socket), PID)) {
                assertThatCode(manager::ready).doesNotThrowAnyException();
            }
        }
        try (var manager = ServiceManager.of(Map.of("WATCHDOG_USEC", "soon"), PID)) {
            assertThatCode(manager::ready).doesNotThrowAnyException();
        }
    }
}
