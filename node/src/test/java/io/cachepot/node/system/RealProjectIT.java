package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A real project's build gives the objects that the plain compiler gives, whatever dies halfway
 * through it.
 */
class RealProjectIT {
    private Cluster cluster;
    private Developer developer;
    private Process scheduler;
    private Process worker;

    /** What the plain compiler gives; one place for all builds, for debug information names it. */
    private static Map<String, byte[]> expected = Map.of();

    private static Path place;
    private ZlibBuild build;

    @BeforeEach
    void start() throws Exception {
        cluster = new Cluster();
        scheduler = cluster.startScheduler();
        worker = cluster.startWorker("worker", 4);
        developer = new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN);
        developer.setDist("small_local = false");
        if (expected.isEmpty()) {
            place = Files.createTempDirectory("cachepot-project-");
            var plain = ZlibBuild.configure(cluster, developer, place, "gcc");
            expected = plain.expected();
            plain.remove();
        }
        build =
                ZlibBuild.configure(
                        cluster, developer, place, Installed.program("cachepot") + " gcc");
    }

    @AfterEach
    void stop() throws Exception {
        try (var _ = cluster) {
            developer.close();
            build.remove();
        }
    }

    @AfterAll
    static void removePlace() throws IOException {
        Trees.remove(place);
    }

    private void finish(Process make) throws Exception {
        build.finish(make, expected);
        assertThat(developer.run(build.tree(), "./example").exitCode()).isZero();
    }

    private void awaitHalf(Process make) throws InterruptedException {
        build.awaitObjects(make, Zlib.OBJECTS / 2);
    }

    @Test
    void everyCompileIsDoneByTheWorkerAndThenFound() throws Exception {
        // When
        finish(build.make(4));
        Statistics first = developer.stats();
        developer.cachepot(build.tree(), "--zero-stats");
        assertThat(developer.run(build.tree(), "make", "clean").exitCode()).isZero();
        finish(build.make(4));
        Statistics second = developer.stats();

        // Then
        assertThat(first.number("dist_errors")).as("%s", first).isZero();
        assertThat(first.remote() + first.hits())
                .as("%s", first)
                .isEqualTo(first.number("requests_executed") - first.number("compile_fails"));
        assertThat(first.remote()).isGreaterThanOrEqualTo(Zlib.OBJECTS);
        assertThat(second.hits()).isEqualTo(second.number("requests_executed"));
    }

    @Test
    void theWorkerIsKilledHalfway() throws Exception {
        // Given
        Process make = build.make(4);
        awaitHalf(make);

        // When
        Cluster.kill(worker);

        // Then
        finish(make);
        assertThat(developer.stats().remote()).isPositive();
    }

    @Tag("slow")
    @Test
    void theSchedulerIsKilledHalfway() throws Exception {
        // Given
        Process make = build.make(4);
        awaitHalf(make);

        // When
        Cluster.kill(scheduler);

        // Then
        finish(make);
        assertThat(developer.stats().remote()).isPositive();
    }

    @Tag("slow")
    @Test
    void theCoordinatorIsKilledHalfway() throws Exception {
        // Given
        Process make = build.make(4);
        awaitHalf(make);

        // When
        developer.killCoordinator();

        // Then
        finish(make);
    }

    @Tag("slow")
    @Test
    void aWorkerThatIsStoppedFinishesWhatItBegan() throws Exception {
        // Given
        Process make = build.make(4);
        awaitHalf(make);

        // When
        int exitCode = Cluster.stop(worker);

        // Then
        assertThat(exitCode).isZero();
        finish(make);
        assertThat(cluster.logged("scheduler")).doesNotContain(" ERROR ", "\tat ");
    }
}
