package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cachepot-dist} as an operator types it. */
class CommandLineIT {
    private static final String KEY = "ZXhhbXBsZSBrZXksIG1ha2UgeW91ciBvd24gb25lISE";

    @TempDir private Path directory;

    private record Ended(int exitCode, String stdout, String stderr) {}

    private Ended run(String... arguments) throws Exception {
        var command = new ArrayList<String>();
        command.add(Installed.program("cachepot-dist").toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
        builder.environment().keySet().removeIf(name -> name.startsWith("CACHEPOT_"));
        builder.environment().put("COLUMNS", "60");
        Path stderr = directory.resolve("stderr");
        builder.redirectError(stderr.toFile());
        Process process = builder.start();
        String stdout = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), stdout, Files.readString(stderr));
    }

    private Path schedulerConfig(int port, String more) throws Exception {
        return Files.writeString(
                directory.resolve("scheduler.conf"),
                """
                public_addr = "127.0.0.1:%d"
                client_auth = { type = "token", token = "t" }
                worker_auth = { type = "jwt_hs256", secret_key = "%s" }
                %s
                """
                        .formatted(port, KEY, more));
    }

    @Test
    void makesKeysAndTokens() throws Exception {
        assertThat(run("auth", "generate-jwt-hs256-key").stdout()).matches("[A-Za-z0-9_-]{43}\n");
        assertThat(run("auth", "generate-shared-token", "--bits", "128").stdout())
                .matches("[A-Za-z0-9_-]{22}\n");
        var token =
                run(
                        "auth",
                        "generate-jwt-hs256-worker-token",
                        "--config",
                        schedulerConfig(1, "").toString(),
                        "--worker",
                        "10.0.0.7:10501");
        assertThat(token.stdout())
                .isEqualTo(
                        run(
                                        "auth",
                                        "generate-jwt-hs256-worker-token",
                                        "--secret-key",
                                        KEY,
                                        "--worker",
                                        "10.0.0.7:10501")
                                .stdout());
        assertThat(token.stdout().split("\\.")).hasSize(3);
    }

    @Test
    void everyMistakeIsOneLine() throws Exception {
        assertThat(run("auth", "generate-shared-token", "--bits", "12").stderr())
                .isEqualTo(
                        "cachepot-dist: error: --bits is 12, expected a multiple of 8 from 64 to"
                                + " 4096\n");
        assertThat(run("scheduler", "--config", "/nowhere").stderr())
                .isEqualTo(
                        "cachepot-dist: error: /nowhere: does not exist, expected a readable TOML"
                                + " or JSON file\n");
        Path wrong = schedulerConfig(1, "jobs = 3");
        var ended = run("scheduler", "--config", wrong.toString());
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.stderr()).startsWith("cachepot-dist: error: " + wrong + ":4:");
        assertThat(ended.stderr().lines()).hasSize(1);
        assertThat(run("scheduler").stderr()).contains("Missing required option: '--config=FILE'");
        assertThat(run("frobnicate").exitCode()).isEqualTo(2);
    }

    @Test
    void goesToTheBackgroundAndSaysWhatIsWrongThere() throws Exception {
        // Given
        int port = Cluster.freePort();
        Path config = schedulerConfig(port, "");

        // When
        var started = run("scheduler", "--config", config.toString());

        // Then
        try {
            assertThat(started).isEqualTo(new Ended(0, "", ""));
            var second = run("scheduler", "--config", config.toString());
            assertThat(second.exitCode()).isEqualTo(2);
            assertThat(second.stderr())
                    .isEqualTo(
                            "cachepot-dist: error: can not listen on 127.0.0.1:"
                                    + port
                                    + ": Address already in use; stop what listens there, or set"
                                    + " another bind_addr or public_addr\n");
        } finally {
            stopDaemons(config);
        }
    }

    private static void stopDaemons(Path config) {
        ProcessHandle.allProcesses()
                .filter(each -> Processes.commandLine(each).contains(config.toString()))
                .forEach(each -> {
                    each.destroy();
                    each.onExit().join();
                });
    }

    @Test
    void aWorkerWithoutBubblewrapDoesNotStart() throws Exception {
        // Given
        Path config =
                Files.writeString(
                        directory.resolve("worker.conf"),
                        """
                        public_addr = "127.0.0.1:%d"
                        cache_dir = "%s"
                        scheduler_url = "http://127.0.0.1:1"
                        builder = { type = "overlay", build_dir = "%s", bwrap_path = "/nowhere/bwrap", run_as_uid = 65534 }
                        scheduler_auth = { type = "DANGEROUSLY_INSECURE" }
                        """
                                .formatted(
                                        Cluster.freePort(),
                                        directory.resolve("cache"),
                                        directory.resolve("build")));

        // When
        var ended = run("worker", "--config", config.toString());

        // Then
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.stderr()).contains("/nowhere/bwrap");
    }

    @Test
    void helpFitsANarrowTerminal() throws Exception {
        for (String command : List.of("--help", "scheduler --help", "dev --help", "auth --help")) {
            var ended = run(command.split(" "));
            assertThat(ended.exitCode()).isZero();
            assertThat(ended.stdout().lines()).allMatch(line -> line.length() <= 80);
        }
        assertThat(run("--version").stdout()).matches("cachepot-dist \\S+\n");
    }
}
