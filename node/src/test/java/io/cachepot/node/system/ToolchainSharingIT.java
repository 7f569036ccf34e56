package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.node.system.Developer.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A toolchain comes into the cluster once; workers pass it on. */
class ToolchainSharingIT {
    private static final List<String> WORKERS = List.of("one", "two");

    private Cluster cluster;
    private Developer first;
    private Developer second;

    @BeforeEach
    void start() throws Exception {
        cluster = new Cluster();
        cluster.startScheduler();
        for (String worker : WORKERS) {
            cluster.startWorker(worker, 1);
        }
        first = new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN);
        second = new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN);
    }

    @AfterEach
    void stop() throws Exception {
        try (var _ = cluster;
                var _ = second) {
            first.close();
        }
    }

    private Process start(Developer developer, String name) throws Exception {
        Path source = developer.directory.resolve(name + ".c");
        Files.writeString(source, "int " + name + "(void) { return 1; }\n");
        return developer.start(
                developer.directory,
                developer.directory.resolve(name + ".log"),
                Installed.program("cachepot").toString(),
                "gcc",
                "-c",
                source.toString());
    }

    private int count(String text) {
        int count = 0;
        for (String worker : WORKERS) {
            count += cluster.logged(worker).split(text, -1).length - 1;
        }
        return count;
    }

    @Test
    void twoClientsThatNeedANewOneAtOnceSendItOnce() throws Exception {
        // When
        var compiles = new ArrayList<Process>();
        for (int i = 0; i < 4; i++) {
            compiles.add(start(first, "a" + i));
            compiles.add(start(second, "b" + i));
        }
        for (Process compile : compiles) {
            assertThat(compile.waitFor()).as(cluster.logs()).isZero();
        }

        // Then
        String logs = first.coordinatorLog() + second.coordinatorLog();
        assertThat(first.stats().remote()).as("%s%n%s", logs, cluster.logs()).isEqualTo(4);
        assertThat(second.stats().remote()).as(logs).isEqualTo(4);
        assertThat(logs.split("toolchain upload over", -1))
                .as("%s%n%s", logs, cluster.logs())
                .hasSize(2);
        assertThat(count("toolchain ready")).as("each has it").isEqualTo(2);
        assertThat(count("toolchain fetched")).as("one from the other").isEqualTo(1);
        assertThat(logs).contains("toolchain is sent: ");
    }

    @Tag("slow")
    @Test
    void aWorkerThatIdlesGetsWhatIsInDemandBeforeItIsNeeded() throws Exception {
        // When
        Ended ended = new Ended(start(first, "a").waitFor(), "", "");

        // Then
        assertThat(ended.exitCode()).isZero();
        Cluster.await(() -> count("toolchain fetched") == 1, cluster::logs);
        assertThat(count("toolchain ready")).isEqualTo(2);
    }
}
