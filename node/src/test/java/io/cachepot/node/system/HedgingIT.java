package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.node.system.Developer.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A compile that hangs on a worker which is otherwise well is done on another. */
class HedgingIT {
    @Tag("slow")
    @Test
    void whatTakesFarTooLongIsRunBesideOnAnotherWorker() throws Exception {
        try (var cluster = new Cluster()) {
            cluster.startScheduler();
            Process one = cluster.startWorker("one", 2);
            Process two = cluster.startWorker("two", 2);
            try (var developer = new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN)) {
                // Given: it is known to be quick
                Path project = Files.createDirectory(developer.directory.resolve("project"));
                Path source = project.resolve("a.c");
                String[] command = {"gcc", "-O2", "-c", "a.c", "-o", "a.o"};
                Files.writeString(source, "int f;\n");
                assertThat(developer.cachepot(project, command).exitCode()).isZero();
                int before = developer.stats().remote();
                var text = new StringBuilder();
                for (int i = 0; i < 5_000; i++) {
                    text.append(
                            "int f%d(int x) { while (x %% %d) x += %d; return x; }\n"
                                    .formatted(i, i + 2, i));
                }
                Files.writeString(source, text);
                assertThat(developer.run(project, command).exitCode()).isZero();
                byte[] object = Files.readAllBytes(project.resolve("a.o"));
                Files.delete(project.resolve("a.o"));

                // When
                Path log = developer.directory.resolve("build.log");
                Process build =
                        developer.start(
                                project,
                                log,
                                Installed.program("cachepot").toString(),
                                "gcc",
                                "-O2",
                                "-c",
                                "a.c",
                                "-o",
                                "a.o");
                ProcessHandle compiler = awaitCompiler(one, two);
                developer.run(project, "kill", "-STOP", Long.toString(compiler.pid()));
                int exitCode = build.waitFor();

                // Then
                assertThat(exitCode).as(Files.readString(log)).isZero();
                assertThat(Files.readAllBytes(project.resolve("a.o"))).isEqualTo(object);
                assertThat(developer.stats().remote())
                        .as("%s%n%s", developer.coordinatorLog(), cluster.logs())
                        .isEqualTo(before + 1);
                compiler.onExit().join();
                assertThat(compiler.isAlive()).as("the one that hung").isFalse();
                Ended again = developer.cachepot(project, command);
                assertThat(again).isEqualTo(new Ended(0, "", ""));
            }
        }
    }

    private static ProcessHandle awaitCompiler(Process... workers) {
        while (true) {
            for (Process worker : workers) {
                Optional<ProcessHandle> compiler =
                        worker.descendants()
                                .filter(each -> each.info().command().orElse("").endsWith("/cc1"))
                                .findFirst();
                if (compiler.isPresent()) {
                    return compiler.get();
                }
            }
            LockSupport.parkNanos(5_000_000);
        }
    }
}
