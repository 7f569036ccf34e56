package io.cachepot.config.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.config.ConfigException;
import io.cachepot.config.source.Platform.OperatingSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/SETTINGS.md is made of the records, and names each key that is read. */
class SettingsReferenceTest {
    static final Path HOME = Path.of("/home/me");

    /** Those that a shortest file does not tell. */
    static final Map<String, String> DEFAULTS =
            Map.of(
                    "bind_addr", "`public_addr`",
                    "limits.jobs_max", "one for each processor",
                    "client_auth.cache_secs", "`0`",
                    "client_auth.required_groups", "required",
                    "builder.bwrap_path", "`/usr/bin/bwrap`",
                    "cache.s3.key_prefix", "empty",
                    "cache.s3.public", "`false`",
                    "cache.gcs.rw_mode", "`READ_ONLY`",
                    "cache.azure.container", "none",
                    "cache.azure.connection_string", "none");

    private static final Path REFERENCE = Path.of("../docs/SETTINGS.md");
    private static final String WRITE = "settings.write";

    private static final String SCHEDULER =
            """
            public_addr = "a:1"
            [client_auth]
            type = "DANGEROUSLY_INSECURE"
            [worker_auth]
            type = "DANGEROUSLY_INSECURE"
            """;

    private static final String WORKER =
            """
            public_addr = "a:1"
            cache_dir = "/c"
            scheduler_url = "http://s:1/"
            [builder]
            type = "overlay"
            build_dir = "/b"
            [scheduler_auth]
            type = "DANGEROUSLY_INSECURE"
            """;

    private static final String KEY = "\"ZXhhbXBsZSBrZXksIG1ha2UgeW91ciBvd24gb25lISE\"";

    @TempDir Path directory;

    private ConfigLoader loader() {
        Path file = directory.resolve("settings.toml");
        return new ConfigLoader(
                new Platform(
                        OperatingSystem.LINUX, HOME, Map.of("CACHEPOT_CONF", file.toString()), 8));
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("settings.toml"), text);
    }

    private SettingsReference client() throws IOException {
        write("");
        var reference = new SettingsReference(Set.of(), EnvironmentSource.variables());
        reference.add(loader().client().config());
        return reference;
    }

    private SettingsReference scheduler() throws IOException {
        Path file = write(SCHEDULER);
        var reference =
                new SettingsReference(
                        Set.of("public_addr", "client_auth.type", "worker_auth.type"), Map.of());
        reference.add(loader().scheduler(file).config());
        return reference;
    }

    private SettingsReference worker() throws IOException {
        Path file = write(WORKER);
        var reference =
                new SettingsReference(
                        Set.of("public_addr", "cache_dir", "scheduler_url", "builder.build_dir"),
                        Map.of());
        reference.add(loader().worker(file).config());
        return reference;
    }

    private String reference() throws IOException {
        return """
        # Settings

        Made from the records of [config](../config/src/main/java/io/cachepot/config), which are what is read:
        `bin/test -pl config -Dtest=SettingsReferenceTest -D%s` writes it anew. [Examples](../config/examples) have the same keys with more words.

        A file is TOML, or JSON if its name ends in `.json`. A key that is not here is refused, with the one that was probably meant. Sizes are bytes, or
        text with K, M, G or T.

        ## A client

        `~/.config/cachepot/config`, or the file that `CACHEPOT_CONF` names. A variable wins over the file. A coordinator reads them when it starts.
        %s
        ## A scheduler

        The file that `cachepot-dist scheduler --config` names. `CACHEPOT_NO_DAEMON`, `CACHEPOT_ERROR_LOG` and `CACHEPOT_LOG` are as above.
        %s
        ## A worker

        The file that `cachepot-dist worker --config` names.
        %s\
        """
                .formatted(WRITE, client(), scheduler(), worker());
    }

    @Test
    void theReferenceIsWhatTheRecordsSay() throws IOException {
        String made = reference();
        if (System.getProperty(WRITE) != null) {
            Files.writeString(REFERENCE, made);
        }
        assertThat(Files.readString(REFERENCE))
                .as("bin/test -pl config -Dtest=SettingsReferenceTest -D" + WRITE)
                .isEqualTo(made);
    }

    @Test
    void itNamesEachKeyOfAClientThatIsRead() throws IOException {
        var read = new TreeSet<String>();
        String tables =
                """
                [cache.s3]
                bucket='b'
                [cache.redis]
                url='u'
                [cache.memcached]
                url='u'
                [cache.gcs]
                bucket='b'
                """;
        String web = "auth_url='http://a/'\nclient_id='c'\n";
        for (String auth :
                List.of(
                        "type='token'\ntoken='t'\n",
                        "type='mozilla'\n",
                        "type='oauth2_code_grant_pkce'\ntoken_url='http://a/'\n" + web,
                        "type='oauth2_implicit'\n" + web)) {
            for (String toolchain :
                    List.of(
                            "type='no_dist'\n",
                            "type='path_override'\narchive='/a'\narchive_compiler_executable='/c'\n")) {
                write(
                        tables
                                + "[dist.auth]\n"
                                + auth
                                + "[[dist.toolchains]]\ncompiler_executable='/g'\n"
                                + toolchain);
                read.addAll(loader().client().origins().keySet());
            }
        }
        read.removeIf(key -> EnvironmentSource.isAlone(key) || key.equals("dist.toolchains"));
        assertThat(client().keys().stream().map(key -> key.replace("[]", "")))
                .containsExactlyInAnyOrderElementsOf(
                        read.stream().map(key -> key.replace("[0]", "")).toList());
    }

    @Test
    void itNamesEachKeyOfASchedulerThatIsRead() throws IOException {
        var read = new TreeSet<String>();
        String signIn =
                """
                [console_sign_in]
                client_id='c'
                auth_url='https://a/'
                token_url='https://a/'
                """;
        String rest =
                """
                [tls]
                certificate='/c'
                key='/k'
                [grid.tls]
                authorities='/a'
                certificate='/c'
                key='/k'
                """;
        for (String clients :
                List.of(
                        "type='token'\ntoken='t'\n",
                        "type='jwt_validate'\naudience='a'\nissuer='i'\njwks_url='https://j/'\n",
                        "type='mozilla'\nrequired_groups=['g']\n",
                        "type='proxy_token'\nurl='https://p/'\n")) {
            for (String workers :
                    List.of("type='jwt_hs256'\nsecret_key=" + KEY, "type='token'\ntoken='t'")) {
                Path file =
                        write(
                                "public_addr='a:1'\n[client_auth]\n"
                                        + clients
                                        + "[worker_auth]\n"
                                        + workers
                                        + "\n"
                                        + (clients.contains("jwt_validate") ? signIn : "")
                                        + rest);
                read.addAll(loader().scheduler(file).origins().keySet());
            }
        }
        read.removeIf(EnvironmentSource::isAlone);
        assertThat(scheduler().keys()).containsExactlyInAnyOrderElementsOf(read);
    }

    @Test
    void itNamesEachKeyOfAWorkerThatIsRead() throws IOException {
        var read = new TreeSet<String>();
        String rest = "[grid.tls]\nauthorities='/a'\ncertificate='/c'\nkey='/k'\n";
        for (String auth :
                List.of("type = \"jwt_token\"\ntoken='t'", "type = \"token\"\ntoken='t'")) {
            Path file =
                    write(WORKER.replace("type = \"DANGEROUSLY_INSECURE\"", auth) + "\n" + rest);
            read.addAll(loader().worker(file).origins().keySet());
        }
        read.removeIf(EnvironmentSource::isAlone);
        assertThat(worker().keys()).containsExactlyInAnyOrderElementsOf(read);
    }

    /** What is called required is. */
    @Test
    void withoutALineOfTheShortestFileItIsRefused() throws IOException {
        refusedWithoutALine(SCHEDULER, ConfigLoader::scheduler);
        refusedWithoutALine(WORKER, ConfigLoader::worker);
    }

    private void refusedWithoutALine(String shortest, BiFunction<ConfigLoader, Path, ?> load)
            throws IOException {
        for (String line : shortest.split("\n", -1)) {
            if (line.contains("=")) {
                Path file = write(shortest.replace(line + "\n", ""));
                assertThatThrownBy(() -> load.apply(loader(), file))
                        .as(line)
                        .isInstanceOf(ConfigException.class);
            }
        }
    }
}
