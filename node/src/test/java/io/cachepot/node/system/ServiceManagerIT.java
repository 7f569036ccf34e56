package io.cachepot.node.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.node.NotifySocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Nodes as systemd starts them, and the units by which it does. */
class ServiceManagerIT {
    private static final List<String> UNITS =
            List.of("cachepot-scheduler.service", "cachepot-worker.service");

    @Test
    void eachRoleSaysThatItServesAndLivesAndStops() throws Throwable {
        try (var cluster = new Cluster()) {
            String path = cluster.directory().resolve("notify").toString();
            try (var systemd = new NotifySocket(path)) {
                cluster.manage(path, Duration.ofMillis(300));
                assertSaysAll(systemd, cluster.startScheduler());
            }
        }
        try (var cluster = new Cluster()) {
            cluster.startScheduler();
            String path = cluster.directory().resolve("notify").toString();
            try (var systemd = new NotifySocket(path)) {
                cluster.manage(path, Duration.ofMillis(300));
                assertSaysAll(systemd, cluster.startWorker("worker", 1));
            }
        }
    }

    private static void assertSaysAll(NotifySocket systemd, Process node) throws Throwable {
        assertThat(systemd.next()).isEqualTo("READY=1");
        assertThat(systemd.next()).isEqualTo("WATCHDOG=1");
        assertThat(systemd.next()).isEqualTo("WATCHDOG=1");
        node.destroy();
        String said = systemd.next();
        while (said.equals("WATCHDOG=1")) {
            said = systemd.next();
        }
        assertThat(said).isEqualTo("STOPPING=1");
        assertThat(node.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(node.exitValue()).isZero();
    }

    /** As they are installed, but that their program is where it is here. */
    @Test
    void systemdUnderstandsTheUnits() throws Exception {
        Path directory = Files.createTempDirectory("cachepot-units-");
        try {
            for (String unit : UNITS) {
                Path installed =
                        Installed.program("cachepot-dist")
                                .resolveSibling("../share/cachepot/systemd/" + unit);
                String text =
                        Files.readString(installed)
                                .replace(
                                        "/opt/cachepot/bin/cachepot-dist",
                                        Installed.program("cachepot-dist").toString());
                Path file = Files.writeString(directory.resolve(unit), text);
                Process analyze =
                        new ProcessBuilder("systemd-analyze", "verify", "--man=no", file + "")
                                .redirectErrorStream(true)
                                .start();
                String said = new String(analyze.getInputStream().readAllBytes(), UTF_8);
                assertThat(analyze.waitFor()).as(said).isZero();
                assertThat(said).isEmpty();
            }
        } finally {
            for (String unit : UNITS) {
                Files.deleteIfExists(directory.resolve(unit));
            }
            Files.delete(directory);
        }
    }
}
