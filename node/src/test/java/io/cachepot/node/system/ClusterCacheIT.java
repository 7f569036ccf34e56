package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.node.system.Developer.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/** What one developer's compile gave serves the next one, who has it from a worker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterCacheIT {
    private static final String[] COMMAND = {
        "gcc", "-g", "-O2", "-Wall", "-MD", "-MF", "a.d", "-c", "a.c", "-o", "a.o"
    };

    private Cluster cluster;
    private Developer first;
    private Developer second;
    private Path project;
    private int jobsBefore;
    private int resultsBefore;

    @BeforeAll
    void startCluster() throws Exception {
        cluster = new Cluster();
        cluster.startScheduler();
        cluster.startWorker("one", 2);
        first = developer();
    }

    @AfterAll
    void stopCluster() throws Exception {
        try (var _ = cluster) {
            first.close();
        }
    }

    @BeforeEach
    void start(TestInfo test) throws Exception {
        second = developer();
        // One place for both, as machines of a team or of CI have it.
        project = Files.createDirectory(cluster.directory().resolve(test.getDisplayName()));
        write("a.h", "#define ANSWER 42\n");
        write("a.c", "#include \"a.h\"\nint f(void) { int unused; return ANSWER; }\n");
        jobsBefore = jobs();
        resultsBefore = results();
    }

    @AfterEach
    void stop() throws Exception {
        second.close();
    }

    private Developer developer() throws Exception {
        return new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN);
    }

    private void write(String name, String text) throws Exception {
        Files.writeString(project.resolve(name), text);
        Thread.sleep(40);
    }

    /** Has {@code developer} compile, and compares with the plain compiler. */
    private void compile(Developer developer) throws Exception {
        Ended expected = developer.run(project, COMMAND);
        byte[] object = Files.readAllBytes(project.resolve("a.o"));
        byte[] list = Files.readAllBytes(project.resolve("a.d"));
        Files.delete(project.resolve("a.o"));
        Files.delete(project.resolve("a.d"));

        assertThat(developer.cachepot(project, COMMAND)).isEqualTo(expected);

        assertThat(project.resolve("a.o")).hasBinaryContent(object);
        assertThat(project.resolve("a.d")).hasBinaryContent(list);
        assertThat(developer.coordinatorLog()).doesNotContain("compiled here");
    }

    private int jobs() {
        return cluster.logged("one").split("job done: ", -1).length - 1;
    }

    private int newJobs() {
        return jobs() - jobsBefore;
    }

    private int results() {
        try {
            return (int) Trees.count(cluster.directory().resolve("one-cache/results"), "");
        } catch (IOException | UncheckedIOException _) {
            return 0; // a file that came and went while we looked
        }
    }

    /** Has the first developer compile, and waits until its schedulers know of the result. */
    private void compileFirst() throws Exception {
        compile(first);
        Cluster.await(() -> results() > resultsBefore, cluster::logs);
        Thread.sleep(500); // schedulers hear of it within moments, and write it down together
    }

    @Test
    void theSecondDeveloperHasItWithoutACompile() throws Exception {
        // Given
        compileFirst();

        // When
        compile(second);

        // Then
        assertThat(newJobs()).as(cluster.logs()).isEqualTo(1);
        assertThat(second.stats().hits()).isEqualTo(1);
        assertThat(second.stats().number("compile_requests")).isEqualTo(1);
        assertThat(second.stats().remote()).isZero();
        assertThat(second.cachepot(project, "--explain", "a.c").stdout())
                .contains("hit in the cluster's cache");
        compile(second);
        assertThat(second.stats().hits()).as("from its own cache now").isEqualTo(2);
    }

    @Test
    void aChangedHeaderIsCompiled() throws Exception {
        // Given
        compileFirst();
        write("a.h", "#define ANSWER 43\n");

        // When
        compile(second);

        // Then
        assertThat(newJobs()).isEqualTo(2);
        assertThat(second.stats().hits()).isZero();
    }

    @Test
    void aDamagedResultIsCompiledAgain() throws Exception {
        // Given
        compileFirst();
        Path kept = newest(cluster.directory().resolve("one-cache/results"));
        byte[] bytes = Files.readAllBytes(kept);
        bytes[bytes.length / 2] ^= 1;
        Files.write(kept, bytes);

        // When
        compile(second);

        // Then
        assertThat(newJobs()).isEqualTo(2);
        assertThat(second.stats().hits()).isZero();
        assertThat(second.stats().remote()).isEqualTo(1);
    }

    private static Path newest(Path directory) throws Exception {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
                    .orElseThrow();
        }
    }

    @Test
    void whoWantsNoneOfItCompiles() throws Exception {
        // Given
        compileFirst();
        second.setDist("result_cache = false");

        // When
        compile(second);

        // Then
        assertThat(newJobs()).isEqualTo(2);
        assertThat(second.stats().remote()).isEqualTo(1);
    }

    @Test
    void aRecacheCompiles() throws Exception {
        // Given
        compileFirst();
        second.set("CACHEPOT_RECACHE", "1");

        // When
        compile(second);

        // Then
        assertThat(newJobs()).isEqualTo(2);
    }
}
