package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
    private Path tree;

    @BeforeEach
    void start() throws Exception {
        cluster = new Cluster();
        scheduler = cluster.startScheduler();
        worker = cluster.startWorker("worker", 4);
        developer = new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN);
        developer.setDist("small_local = false");
        if (expected.isEmpty()) {
            place = Files.createTempDirectory("cachepot-project-");
            tree = Zlib.unpack(developer, place);
            Zlib.configure(developer, tree, "gcc");
            assertThat(make().waitFor()).isZero();
            expected = Zlib.objects(tree);
            assertThat(expected).hasSizeGreaterThanOrEqualTo(Zlib.OBJECTS);
            Trees.remove(tree);
        }
        tree = Zlib.unpack(developer, place);
        Zlib.configure(developer, tree, Installed.program("cachepot") + " gcc");
    }

    @AfterEach
    void stop() throws Exception {
        try (var _ = cluster) {
            developer.close();
            Trees.remove(tree);
        }
    }

    @AfterAll
    static void removePlace() throws IOException {
        Trees.remove(place);
    }

    private Process make() throws IOException {
        return developer.start(tree, developer.directory.resolve("make.log"), "make", "-j4");
    }

    private void finish(Process make) throws Exception {
        int exitCode = make.waitFor();
        String said = Files.readString(developer.directory.resolve("make.log"));
        assertThat(exitCode)
                .as("%s%n%s%n%s", said, developer.coordinatorLog(), cluster.logs())
                .isZero();
        Map<String, byte[]> built = Zlib.objects(tree);
        assertThat(built.keySet()).isEqualTo(expected.keySet());
        built.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
        assertThat(developer.run(tree, "./example").exitCode()).isZero();
    }

    /** Until about half of the objects are there. */
    private void awaitHalf(Process make) throws InterruptedException {
        Cluster.await(
                () -> objects() >= Zlib.OBJECTS / 2 || !make.isAlive(),
                () -> "the build does not get on:\n" + cluster.logs());
        assertThat(make.isAlive()).as("make was done before anything died").isTrue();
    }

    private long objects() {
        try {
            return Trees.count(tree, "o");
        } catch (UncheckedIOException | IOException _) {
            return 0; // a file that came and went while we looked
        }
    }

    @Test
    void everyCompileIsDoneByTheWorkerAndThenFound() throws Exception {
        // When
        finish(make());
        Statistics first = developer.stats();
        developer.cachepot(tree, "--zero-stats");
        assertThat(developer.run(tree, "make", "clean").exitCode()).isZero();
        finish(make());
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
        Process make = make();
        awaitHalf(make);

        // When
        Cluster.kill(worker);

        // Then
        finish(make);
        assertThat(developer.stats().remote()).isPositive();
    }

    @Test
    void theSchedulerIsKilledHalfway() throws Exception {
        // Given
        Process make = make();
        awaitHalf(make);

        // When
        Cluster.kill(scheduler);

        // Then
        finish(make);
        assertThat(developer.stats().remote()).isPositive();
    }

    @Test
    void theCoordinatorIsKilledHalfway() throws Exception {
        // Given
        Process make = make();
        awaitHalf(make);

        // When
        developer.killCoordinator();

        // Then
        finish(make);
    }

    @Test
    void aWorkerThatIsStoppedFinishesWhatItBegan() throws Exception {
        // Given
        Process make = make();
        awaitHalf(make);

        // When
        int exitCode = Cluster.stop(worker);

        // Then
        assertThat(exitCode).isZero();
        finish(make);
        assertThat(cluster.logged("scheduler")).doesNotContain(" ERROR ", "\tat ");
    }
}
