package io.cachepot.config.source;

import static io.cachepot.config.source.Sources.KEY;
import static io.cachepot.config.source.Sources.rejects;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.config.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong gives one line: where, which key, what it is, what was expected. */
class MistakesTest {
    private static final String SCHEDULER =
            """
            public_addr = "127.0.0.1:10600"
            [client_auth]
            type = "token"
            token = "t"
            """;
    private static final String WORKER_AUTH =
            """
            [worker_auth]
            type = "jwt_hs256"
            secret_key = "%s"
            """
                    .formatted(KEY);

    @TempDir private Path directory;

    private void client(String text, String line) {
        named("config", text, line);
    }

    private void json(String text, String line) {
        named("config.json", text, line);
    }

    private void named(String name, String text, String line) {
        var file = Sources.write(directory.resolve(name), text);
        rejects(() -> Sources.client(file, Map.of()).client(), file + line);
    }

    private void scheduler(String text, String line) {
        var file = Sources.write(directory.resolve("scheduler.conf"), text);
        rejects(() -> Sources.loader().scheduler(file), file + line);
    }

    private void worker(String text, String line) {
        var file = Sources.write(directory.resolve("worker.conf"), text);
        rejects(() -> Sources.loader().worker(file), file + line);
    }

    private void environment(String name, String value, String line) {
        var file = Sources.write(directory.resolve("config"), "");
        rejects(() -> Sources.client(file, Map.of(name, value)).client(), line);
    }

    @Test
    void unknownKeySuggestsTheNearest() {
        client(
                "[dist]\n  schedular_url = 'http://a'\n",
                ":2:3: dist.schedular_url: is not a setting, expected dist.scheduler_url");
        client(
                "[cache.disk]\nsise = 1\n",
                ":2:1: cache.disk.sise: is not a setting, expected cache.disk.size");
    }

    @Test
    void keyOfAnotherTableSuggestsThatTable() {
        client(
                "scheduler_url = 'http://a'\n",
                ":1:1: scheduler_url: is not a setting, expected dist.scheduler_url");
    }

    @Test
    void unknownKeyFarFromAllListsThem() {
        client(
                "[cache.disk]\nbananas = 1\n",
                ":2:1: cache.disk.bananas: is not a setting, expected one of dir, files, size");
    }

    @Test
    void unknownTableIsRefused() {
        client("[dits]\n", ":1:1: dits: is not a setting, expected dist");
    }

    @Test
    void keyOfTheEnvironmentIsNoneOfAFile() {
        client(
                "[coordinator]\nport = 1\n",
                ":1:1: coordinator: is not a setting, expected one of basedirs, cache, dist, rust");
    }

    /** Nobody shows something where nothing is enough. */
    @Test
    void anEmptyOperatorTokenIsRefused() {
        scheduler(
                "operator_token = ''\n" + SCHEDULER + WORKER_AUTH,
                ":1:1: operator_token: is empty, expected a secret");
    }

    @Test
    void renamedKeyTellsItsNewName() {
        scheduler(
                "bind_address = '127.0.0.1:1'\n" + SCHEDULER + WORKER_AUTH,
                ":1:1: bind_address: was renamed, expected bind_addr");
    }

    @Test
    void wrongTypesAreNamed() {
        client(
                "[dist]\ntoolchain_cache_size = true\n",
                ":2:1: dist.toolchain_cache_size: is true or false, expected bytes, or a number with"
                        + " K, M, G or T as in 20G");
        client(
                "[dist]\nrewrite_includes_only = 'yes'\n",
                ":2:1: dist.rewrite_includes_only: is text, expected true or false");
        client("dist = 1\n", ":1:1: dist: is a whole number, expected a table");
        client(
                "[dist]\ntoolchains = ['x']\n",
                ":2:15: dist.toolchains[0]: is text, expected a table");
        client("basedirs = '/a'\n", ":1:1: basedirs: is text, expected a list of absolute paths");
        client(
                "[cache.disk]\nsize = 1.5\n",
                ":2:1: cache.disk.size: is a number with a fraction, expected bytes, or a number"
                        + " with K, M, G or T as in 20G");
        client(
                "[cache.disk]\ndir = 2020-01-01\n",
                ":2:1: cache.disk.dir: is a date or time, expected a path");
        json(
                "{\"cache\": {\"disk\": {\"dir\": null}}}",
                ":1:21: cache.disk.dir: is null, expected a path");
    }

    @Test
    void valuesOutOfRangeAreNamed() {
        client("[cache.disk]\nsize = 0\n", ":2:1: cache.disk.size: is 0, expected at least 1");
        client(
                "[cache.disk]\nsize = '9999999999G'\n",
                ":2:1: cache.disk.size: is '9999999999G', expected bytes, or a number with K, M, G"
                        + " or T as in 20G");
        client(
                "[cache.disk]\ndir = 'here'\n",
                ":2:1: cache.disk.dir: is 'here', expected an absolute path");
        client("basedirs = ['a']\n", ":1:1: basedirs: is 'a', expected an absolute path");
        client(
                "[dist]\nscheduler_url = 'http://a/b'\n",
                ":2:1: dist.scheduler_url: is 'http://a/b', expected an http or https URL without a"
                        + " path");
    }

    @Test
    void limitsOutOfRangeAreNamed() {
        var worker =
                """
                public_addr = "127.0.0.1:1"
                cache_dir = "/c"
                scheduler_url = "http://a"
                [builder]
                type = "overlay"
                build_dir = "/b"
                [scheduler_auth]
                type = "token"
                token = "t"
                [limits]
                """;
        worker(worker + "jobs_max = 0\n", ":11:1: limits.jobs_max: is 0, expected at least 1");
        worker(
                worker + "jobs_max = 3000000000\n",
                ":11:1: limits.jobs_max: is 3000000000, expected at most 2147483647");
        worker(
                worker + "job_timeout_secs = -1\n",
                ":11:1: limits.job_timeout_secs: is -1, expected at least 1");
        worker(
                worker + "job_memory_max = 0\n",
                ":11:1: limits.job_memory_max: is 0, expected at least 1");
    }

    @Test
    void missingKeysAndTablesAreNamed() {
        scheduler(
                "[client_auth]\ntype = 'token'\ntoken = 't'\n" + WORKER_AUTH,
                ":1:1: public_addr: is missing, expected host:port or an http or https URL without"
                        + " a path");
        scheduler(SCHEDULER, ":1:1: worker_auth: is missing, expected a table");
        scheduler(
                "public_addr = 'a:1'\n[client_auth]\ntype = 'token'\n" + WORKER_AUTH,
                ":2:1: client_auth.token: is missing, expected text");
        scheduler(
                "public_addr = 'a:1'\n[client_auth]\ntoken = 'token'\n" + WORKER_AUTH,
                ":2:1: client_auth.type: is missing, expected one of token, jwt_validate, mozilla,"
                        + " proxy_token, DANGEROUSLY_INSECURE");
    }

    @Test
    void unknownTypeSuggestsTheNearest() {
        scheduler(
                "public_addr = 'a:1'\n[client_auth]\ntype = 'tokens'\n" + WORKER_AUTH,
                ":3:1: client_auth.type: is 'tokens', expected 'token'");
    }

    @Test
    void keyOfAnotherTypeIsRefused() {
        scheduler(
                SCHEDULER + "audience = 'a'\n" + WORKER_AUTH,
                ":5:1: client_auth.audience: is not a setting, expected one of token, type");
    }

    @Test
    void bothNamesOfOneTableAreRefused() {
        scheduler(
                SCHEDULER + WORKER_AUTH + "[server_auth]\ntype = 'token'\ntoken = 't'\n",
                ":8:1: server_auth: is another name of worker_auth, expected one of the two");
    }

    @Test
    void otherBuildersAreRefused() {
        worker(
                """
                public_addr = "127.0.0.1:1"
                cache_dir = "/c"
                scheduler_url = "http://a"
                [builder]
                type = "docker"
                [scheduler_auth]
                type = "DANGEROUSLY_INSECURE"
                """,
                ":5:1: builder.type: is 'docker', which is not supported, expected 'overlay'");
    }

    @Test
    void missingFileIsNamed() {
        var file = directory.resolve("none");
        rejects(
                () -> Sources.client(file, Map.of()).client(),
                file + ": does not exist, expected a readable TOML or JSON file");
        rejects(
                () -> Sources.loader().worker(file),
                file + ": does not exist, expected a readable TOML or JSON file");
    }

    @Test
    void whatIsNoTextFileIsNamed() throws IOException {
        rejects(
                () -> Sources.loader().worker(directory),
                directory + ": is a directory, expected a readable TOML or JSON file");
        var bytes = Files.write(directory.resolve("bytes"), new byte[] {(byte) 0xff});
        rejects(
                () -> Sources.loader().worker(bytes),
                bytes + ": is not UTF-8, expected a readable TOML or JSON file");
        var large = Files.write(directory.resolve("large"), new byte[(1 << 20) + 1]);
        rejects(
                () -> Sources.loader().worker(large),
                large + ": is larger than 1 MiB, expected a readable TOML or JSON file");
    }

    @Test
    void malformedTomlTellsItsPlace() {
        client("basedirs = []\n[dist\n", ":2:6: is malformed TOML: unexpected end, expected ]");
    }

    @Test
    void duplicateInTomlTellsItsPlace() {
        client(
                "basedirs = []\nbasedirs = []\n",
                ":2:1: is malformed TOML: basedirs previously defined at line 1, column 1");
    }

    @Test
    void malformedJsonTellsItsPlace() {
        json("{\n  \"dist\": [}\n", ":2:12: is malformed JSON: unexpected text");
        json("", ":1:1: is malformed JSON: unexpected text, expected an object");
        json("{} {}", ":1:4: is malformed JSON: unexpected text, expected the end of the file");
        json("{\"basedirs\": ", ":1:14: is malformed JSON: unexpected end");
    }

    @Test
    void duplicateInJsonTellsItsPlace() {
        json(
                "{\n\"basedirs\": [],\n\"basedirs\": []}",
                ":3:1: is malformed JSON: 'basedirs' is there twice");
    }

    @Test
    void secretsAreNeverQuoted() {
        var file =
                Sources.write(
                        directory.resolve("config"), "[dist.auth]\ntype = 'token'\ntoken = hush\n");
        assertThatThrownBy(() -> Sources.client(file, Map.of()).client())
                .isInstanceOf(ConfigException.class)
                .message()
                .startsWith(file + ":3:9: is malformed TOML")
                .doesNotContain("hush");
    }

    @Test
    void variablesAreNamed() {
        environment(
                "CACHEPOT_COORDINATOR_PORT",
                "x",
                "CACHEPOT_COORDINATOR_PORT: coordinator.port: is 'x', expected a whole number");
        environment(
                "CACHEPOT_COORDINATOR_PORT",
                "70000",
                "CACHEPOT_COORDINATOR_PORT: coordinator.port: is 70000, expected a port of 1 to"
                        + " 65535");
        environment(
                "CACHEPOT_IDLE_TIMEOUT",
                "-1",
                "CACHEPOT_IDLE_TIMEOUT: coordinator.idle_timeout_secs: is -1, expected at least 0");
        environment(
                "CACHEPOT_METRICS_PORT",
                "all",
                "CACHEPOT_METRICS_PORT: coordinator.metrics_port: is 'all', expected a whole number");
        environment(
                "CACHEPOT_CACHE_SIZE",
                "10GB",
                "CACHEPOT_CACHE_SIZE: cache.disk.size: is '10GB', expected bytes, or a number with"
                        + " K, M, G or T as in 20G");
        environment(
                "CACHEPOT_CACHE_FILES",
                "-1",
                "CACHEPOT_CACHE_FILES: cache.disk.files: is -1, expected at least 0");
    }

    @Test
    void flagsAreNamed() {
        var file = Sources.write(directory.resolve("config"), "");
        var flag = new Flag("--port", "coordinator.port", "0");
        rejects(
                () -> Sources.client(file, Map.of(), flag).client(),
                "--port: coordinator.port: is 0, expected a port of 1 to 65535");
    }

    @Test
    void allMistakesAreKeptTheFirstInFront() {
        var file =
                Sources.write(
                        directory.resolve("config"), "[cache.disk]\nsize = 0\n[dist]\nwhat = 1\n");
        assertThatThrownBy(() -> Sources.client(file, Map.of()).client())
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e ->
                                assertThat(e.mistakes())
                                        .extracting(mistake -> mistake.key())
                                        .containsExactly("cache.disk.size", "dist.what"));
    }

    @Test
    void secretInAFileThatOthersReadIsWarnedAbout() throws IOException {
        // Given
        var file = Sources.write(directory.resolve("scheduler.conf"), SCHEDULER + WORKER_AUTH);

        // When
        var closed = Sources.loader().scheduler(file).warnings();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        var open = Sources.loader().scheduler(file).warnings();

        // Then
        assertThat(closed).isEmpty();
        assertThat(open)
                .containsExactly(
                        file
                                + ": holds a secret and can be read by group or others, expected"
                                + " mode 0600 or 0400");
    }

    @Test
    void fileWithoutASecretMayBeOpen() throws IOException {
        var file =
                Files.writeString(
                        directory.resolve("config"), "basedirs = []\n", StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(Sources.client(file, Map.of()).client().warnings()).isEmpty();
    }
}
