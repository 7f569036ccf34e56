package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** What is tried on a cluster of one worker, each test as a new developer with an empty project. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OneWorkerTest {
    Cluster cluster;
    Developer developer;
    Path project;

    @BeforeAll
    void startCluster() throws Exception {
        cluster = new Cluster();
        cluster.startScheduler();
        cluster.startWorker("worker", 2);
    }

    @AfterAll
    void stopCluster() throws Exception {
        cluster.close();
    }

    @BeforeEach
    void startDeveloper() throws Exception {
        developer = developer();
        project = Files.createDirectory(developer.directory.resolve("project"));
    }

    @AfterEach
    void stopDeveloper() throws Exception {
        developer.close();
    }

    /** One who has not started a coordinator yet. */
    Developer developer() throws Exception {
        return new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN);
    }

    /** Writes a file of the project; it counts as settled then. */
    void write(String name, String text) throws Exception {
        Path file = project.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        // The clock of file times ticks, so that what was written counts as settled.
        Thread.sleep(40);
    }

    void assertRemote(int count) throws Exception {
        assertThat(developer.stats().remote())
                .as("%s%n%s", developer.coordinatorLog(), cluster.logs())
                .isEqualTo(count);
    }
}
