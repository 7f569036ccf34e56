package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.node.system.Developer.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** {@code cachepot-dist doctor} on the machine of a running cluster. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoctorIT {
    private Cluster cluster;
    private Developer operator;
    private String worker;

    @BeforeAll
    void start() throws Exception {
        cluster = new Cluster();
        cluster.startScheduler();
        worker = cluster.startSmallWorker();
        operator = new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN);
    }

    @AfterAll
    void stop() throws Exception {
        try (var _ = cluster) {
            operator.close();
        }
    }

    private Ended doctor(String... arguments) throws Exception {
        String[] all = new String[arguments.length + 1];
        all[0] = "doctor";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return operator.dist(operator.directory, all);
    }

    private Path settings(String name) {
        return cluster.directory().resolve(name + ".conf");
    }

    /** The settings of a running node, changed. */
    private Path changed(String name, String from, String to) throws Exception {
        String text = Files.readString(settings(name));
        assertThat(text).contains(from);
        Path file = operator.directory.resolve("changed-" + name + ".conf");
        Files.writeString(file, text.replace(from, to));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void aWorkerThatRunsIsWell() throws Exception {
        Ended ended = doctor("--worker", settings("worker").toString());
        assertThat(ended.stdout())
                .contains(worker + " is taken: by the node, if it runs")
                .contains(worker + " can be reached from here")
                .contains(cluster.schedulerUrl() + " is ready")
                .containsPattern("ok +sandbox +\\S+")
                .contains(", 0 failures\n");
        assertThat(ended.stdout().lines()).allMatch(line -> line.length() <= 80 || isOneWord(line));
        assertThat(ended.exitCode()).isZero();
    }

    private static boolean isOneWord(String line) {
        return !line.strip().contains(" ");
    }

    @Test
    void aSchedulerThatRunsIsWellThoughAlone() throws Exception {
        Ended ended = doctor("--scheduler", settings("scheduler").toString());
        assertThat(ended.stdout())
                .contains("no other scheduler is named")
                .contains(", 0 failures\n");
        assertThat(ended.exitCode()).isZero();
        assertThat(doctor("--scheduler", settings("scheduler").toString(), "--json").stdout())
                .startsWith("{\"healthy\":true,\"findings\":[{\"level\":\"ok\",");
    }

    @Test
    void whatAWorkerLacksIsNamed() throws Exception {
        // Given
        Path settings =
                changed("worker", cluster.schedulerUrl(), "http://127.0.0.1:" + Cluster.freePort());
        Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(
                settings,
                Files.readString(settings)
                        .replaceAll("build_dir = .*", "build_dir = \"/proc/none\""));

        // When
        Ended ended = doctor("--worker", settings.toString());

        // Then
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.stdout())
                .containsPattern("fail +scheduler_url")
                .containsPattern("fail +sandbox +jobs can not be closed off here")
                .containsPattern("warn +settings")
                .contains("chmod 640");
    }

    @Test
    void settingsThatAreWrongAreTheOneThingItSays() throws Exception {
        // Given
        Path settings = changed("scheduler", "public_addr", "public_adr");

        // When
        Ended ended = doctor("--scheduler", settings.toString());

        // Then
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.stdout()).contains("public_adr", "1 failure\n");
        assertThat(doctor().exitCode()).isEqualTo(2);
    }
}
