package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.node.system.Developer.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What Prometheus gets of every role, as its own tools see it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsIT {
    private static final Path MONITORING = Path.of("../docs/monitoring").toAbsolutePath();
    private static final String METRICS_TOKEN = "whoever watches";
    private static final Pattern NAME = Pattern.compile("cachepot_[a-z_]+");

    private Cluster cluster;
    private Developer developer;
    private String worker;
    private int coordinatorPort;

    @BeforeAll
    void start() throws Exception {
        cluster = new Cluster();
        coordinatorPort = Cluster.freePort();
        cluster.startScheduler();
        worker = "127.0.0.1:" + Cluster.freePort();
        cluster.startWorker(
                "worker", worker, "metrics_token = \"" + METRICS_TOKEN + "\"", "jobs_max = 2");
        developer = new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN);
        developer.setDist("small_local = false");
        developer.set("CACHEPOT_METRICS_PORT", Integer.toString(coordinatorPort));
        assertThat(developer.compileAnother()).isEqualTo(1);
    }

    @AfterAll
    void stop() throws Exception {
        try (var _ = cluster) {
            developer.close();
        }
    }

    private Ended run(String... command) throws Exception {
        return developer.run(developer.directory, command);
    }

    private String scrape(String url, String token) throws Exception {
        Ended ended = run("curl", "-sk", "-H", "Authorization: Bearer " + token, url + "/metrics");
        assertThat(ended.exitCode()).isZero();
        return ended.stdout();
    }

    private String ofWorker() throws Exception {
        return scrape("https://" + worker, METRICS_TOKEN);
    }

    private String ofCoordinator() throws Exception {
        return scrape("http://localhost:" + coordinatorPort, "");
    }

    private String ofScheduler() throws Exception {
        return scrape("http://" + cluster.schedulerAddress(), Cluster.CLIENT_TOKEN);
    }

    @Test
    void promtoolHasNothingToSay() throws Exception {
        for (String text : List.of(ofScheduler(), ofWorker(), ofCoordinator())) {
            Path file = Files.writeString(developer.directory.resolve("metrics"), text);
            assertThat(run("sh", "-c", "promtool check metrics <" + file))
                    .isEqualTo(new Ended(0, "", ""));
        }
    }

    @Test
    void aWorkerCountsItsJobs() throws Exception {
        assertThat(ofWorker())
                .contains("cachepot_worker_state{state=\"up\"} 1.0\n")
                .contains("cachepot_worker_permits 2.0\n")
                .contains("cachepot_worker_jobs_total{outcome=\"succeeded\"} 1.0\n")
                .contains("cachepot_worker_jobs_not_run_total{reason=\"sandbox\"} 0.0\n")
                .contains("cachepot_worker_toolchains 1.0\n")
                .contains("jvm_memory_used_bytes{area=\"heap\"}");
    }

    @Test
    void aCoordinatorCountsItsCompiles() throws Exception {
        assertThat(ofCoordinator())
                .contains("cachepot_coordinator_compiles_total{outcome=\"remote\"} 1.0\n")
                .contains("cachepot_coordinator_compiles_total{outcome=\"hit\"} 0.0\n")
                .contains("cachepot_coordinator_phase_seconds_count{phase=\"compile\"} 1\n")
                .contains("jvm_memory_used_bytes{area=\"heap\"}");
    }

    /** A page on the web reaches this machine's ports through the browser, by a name of its own. */
    @Test
    void aCoordinatorTellsNobodyWhoCallsItByAnotherName() throws Exception {
        Ended ended =
                run("curl", "-s", "-H", "Host: evil.example", "localhost:" + coordinatorPort + "/");
        assertThat(ended.stdout()).isEqualTo("this is localhost's\n");
    }

    @Test
    void aPortThatIsTakenStopsNoCompile() throws Exception {
        try (var second = new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN)) {
            second.setDist("small_local = false");
            second.set("CACHEPOT_METRICS_PORT", Integer.toString(coordinatorPort));
            assertThat(second.cachepot(second.directory, "--start-coordinator").stderr())
                    .contains(
                            "metrics are not served: CACHEPOT_METRICS_PORT is " + coordinatorPort);
            assertThat(second.compileAnother()).isEqualTo(1);
        }
    }

    @Test
    void onlyItsOwnTokenOpensAWorkersMetrics() throws Exception {
        for (String token : List.of("", "guess", Cluster.CLIENT_TOKEN)) {
            assertThat(scrape("https://" + worker, token))
                    .contains("metrics token is wrong or not shown, expected metrics_token")
                    .doesNotContain("cachepot_worker");
        }
    }

    @Test
    void allAreDocumentedWithTheirWords() throws Exception {
        List<String> documented =
                Files.readAllLines(Path.of("../docs/METRICS.md")).stream()
                        .map(line -> line.split(" *\\| *", -1))
                        .filter(cells -> cells.length == 6)
                        .filter(cells -> cells[1].matches("`cachepot_(worker|coordinator)_.*"))
                        .map(cells -> "# HELP " + cells[1].replace("`", "") + " " + cells[4])
                        .toList();
        assertThat(
                        (ofWorker() + ofCoordinator())
                                .lines()
                                .filter(line -> line.startsWith("# HELP cachepot_")))
                .containsExactlyInAnyOrderElementsOf(documented);
    }

    @Test
    void theRulesAreRulesAndFireWhenTheyShould() throws Exception {
        Ended checked = run("promtool", "check", "rules", MONITORING.resolve("alerts.yml") + "");
        assertThat(checked.exitCode()).as(checked.stdout() + checked.stderr()).isZero();
        Ended tested = run("promtool", "test", "rules", MONITORING.resolve("alerts_test.yml") + "");
        assertThat(tested.exitCode()).as(tested.stdout() + tested.stderr()).isZero();
    }

    /** A name that was changed leaves an alert that never fires, and an empty panel. */
    @Test
    void rulesAndDashboardNameMetricsThatThereAre() throws Exception {
        // But that of a grid with TLS, which this cluster has not.
        Set<String> there = names(ofScheduler() + ofWorker() + ofCoordinator());
        there.add("cachepot_grid_certificate_expiry_timestamp_seconds");

        Set<String> named = new TreeSet<>();
        for (String file : List.of("alerts.yml", "dashboard.json")) {
            for (String line : Files.readAllLines(MONITORING.resolve(file))) {
                if (line.strip().matches("\"?expr\"?:.*")) {
                    named.addAll(names(line));
                }
            }
        }
        assertThat(named).hasSizeGreaterThan(10);
        assertThat(there).containsAll(named);
    }

    private static Set<String> names(String text) {
        return NAME.matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
