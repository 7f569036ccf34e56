package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.node.system.Developer.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What an operator asks a running cluster, and has it do, from a shell. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorCommandsIT {
    /** One compile, by a worker. */
    private static final String BUILD = "\\S+ +.+ 1 +0 % +1 +0 .+ (running|over)";

    private Cluster cluster;
    private Developer developer;
    private String worker;

    @BeforeAll
    void start() throws Exception {
        cluster = new Cluster();
        cluster.startSchedulerWithOperators();
        worker = cluster.startSmallWorker();
        developer = new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN);
        developer.setDist("small_local = false");
    }

    @AfterAll
    void stop() throws Exception {
        try (var _ = cluster) {
            developer.close();
        }
    }

    private Ended dist(String... arguments) throws Exception {
        return developer.dist(developer.directory, arguments);
    }

    private String settings() {
        return cluster.directory().resolve("scheduler.conf").toString();
    }

    private boolean isBuildShown() {
        try {
            return dist("builds").stdout().lines().anyMatch(line -> line.matches(BUILD));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** With the settings of this machine's client, as a developer has them. */
    @Test
    void whatThereIsIsShown() throws Exception {
        assertThat(developer.compileAnother()).isEqualTo(1);

        assertThat(dist("status").stdout())
                .contains("Members     1 scheduler, ")
                .contains("Workers     1 take jobs\n")
                .contains("Permits     0 of 2 taken\n");
        assertThat(dist("workers").stdout()).contains(worker + "  up ");
        assertThat(dist("jobs").stdout()).contains("  exit 0  " + worker);
        Cluster.await(this::isBuildShown, () -> "no build is told of");
        assertThat(dist("toolchains").stdout()).contains("  " + worker + "\n");
        for (String view : List.of("status", "workers", "jobs", "builds", "toolchains")) {
            assertThat(dist(view).stdout().lines())
                    .as(view)
                    .allMatch(line -> line.length() <= 80)
                    .noneMatch(line -> line.contains("\u001b"));
            assertThat(dist(view, "--json", "--config", settings()).stdout()).matches("[\\[{].*\n");
        }
    }

    /** In a terminal of 80 by 24 it is drawn again and again, elsewhere printed once. */
    @Test
    void topFitsIntoTheTerminal() throws Exception {
        assertThat(dist("top").stdout())
                .contains("Members     1 scheduler, ", "\nWORKER ", "\nJOB ")
                .doesNotContain("\u001b");

        String command =
                "stty rows 10 cols 40; "
                        + Installed.program("cachepot-dist")
                        + " top --rounds 2 --interval-millis 100";
        Ended drawn =
                developer.run(
                        developer.directory,
                        "script",
                        "--quiet",
                        "--command",
                        command,
                        "/dev/null");
        String[] looks = drawn.stdout().split("\u001b\\[H", -1);
        assertThat(looks).as("%s", drawn).hasSize(3);
        for (String look : List.of(looks).subList(1, 3)) {
            assertThat(look.lines().filter(line -> !line.startsWith("\u001b[J")))
                    .hasSizeLessThan(10)
                    .allMatch(line -> line.replace("\u001b[K", "").length() <= 40);
        }
    }

    @Test
    void aDrainedWorkerGetsNoJobsUntilItIsSaidOtherwise() throws Exception {
        // When
        Ended drained = dist("drain", worker, "--config", settings(), "--wait-secs", "30");

        // Then
        assertThat(drained).isEqualTo(new Ended(0, "", ""));
        assertThat(dist("workers").stdout()).contains(worker + "  draining ");
        assertThat(dist("status").stdout()).contains("0 take jobs, 1 draining");
        assertThat(developer.compileAnother()).isZero();
        assertThat(cluster.logged("scheduler"))
                .contains("drained by an operator: worker=" + worker);

        // When
        assertThat(dist("undrain", worker, "--config", settings())).isEqualTo(new Ended(0, "", ""));

        // Then
        Cluster.await(
                () -> cluster.logged("scheduler").contains("takes jobs again: worker=" + worker),
                cluster::logs);
        // A refusal is believed for a moment.
        for (int i = 0; developer.compileAnother() == 0; i++) {
            assertThat(i).as(developer.coordinatorLog()).isLessThan(50);
        }
    }

    @Test
    void mistakesAreSaid() throws Exception {
        Path wrong = Files.writeString(developer.directory.resolve("token"), "wrong\n");

        assertThat(dist("drain", worker).stderr()).contains("no operator_token in the settings");
        Ended refused =
                dist("drain", worker, "--config", settings(), "--token-file", wrong.toString());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.stderr()).contains("answered 401: operator token is wrong");
        assertThat(dist("drain", "127.0.0.1:9", "--config", settings()).stderr())
                .contains("answered 404: worker 127.0.0.1:9 is not known");
        assertThat(dist("drain", "no address", "--config", settings()).stderr())
                .contains("cachepot-dist: error: ")
                .contains("no address");
        assertThat(dist("status", "--token-file", "/nowhere").stderr()).contains("/nowhere");
    }
}
