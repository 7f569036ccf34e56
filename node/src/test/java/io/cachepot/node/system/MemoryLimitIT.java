package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.node.system.Developer.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A compile that needs more memory than a worker gives is done all the same. */
class MemoryLimitIT {
    @Tag("slow")
    @Test
    void whatNeedsMoreMemoryThanAWorkerGivesComesHome() throws Exception {
        try (var cluster = new Cluster()) {
            cluster.startScheduler();
            cluster.startWorker("worker", "jobs_max = 2\njob_memory_max = \"64M\"");
            try (var developer = new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN)) {
                // Given
                Path project = Files.createDirectory(developer.directory.resolve("project"));
                Files.writeString(project.resolve("small.c"), "int f;\n");
                var large = new StringBuilder();
                for (int i = 0; i < 4_000; i++) {
                    large.append("int f%d(int x) { return x * %d + x / 3; }\n".formatted(i, i));
                }
                Files.writeString(project.resolve("large.c"), large);
                String[] command = {"gcc", "-O2", "-c", "large.c", "-o", "large.o"};
                assertThat(developer.run(project, command)).isEqualTo(new Ended(0, "", ""));
                byte[] object = Files.readAllBytes(project.resolve("large.o"));
                Files.delete(project.resolve("large.o"));

                // When
                Ended small = developer.cachepot(project, "gcc", "-c", "small.c");
                Ended ended = developer.cachepot(project, command);

                // Then
                assertThat(small).isEqualTo(new Ended(0, "", ""));
                assertThat(ended).isEqualTo(new Ended(0, "", ""));
                assertThat(Files.readAllBytes(project.resolve("large.o"))).isEqualTo(object);
                assertThat(developer.stats().remote())
                        .as("%s%n%s", developer.coordinatorLog(), cluster.logs())
                        .isEqualTo(1);
                assertThat(developer.cachepot(project, "--explain", "large.c").stdout())
                        .contains("MEMORY");
            }
        }
    }
}
