package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.node.system.Developer.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Crates on a worker, beside the same crates by plain cargo and rustc. */
class RemoteCratesIT extends OneWorkerTest {
    private static final String LIBRARY =
            "rustc --crate-name a --crate-type lib --edition=2021 --emit=dep-info,metadata,link a/src/lib.rs"
                    + " -C metadata=1 -C extra-filename=-0123456789abcdef --out-dir out -L dependency=out";

    @BeforeEach
    void makeDirectories() throws Exception {
        Files.createDirectory(project.resolve("out"));
        Files.createDirectory(project.resolve("deps"));
    }

    @Override
    Developer developer() throws Exception {
        var made = super.developer();
        made.setDist("small_local = false");
        made.set("CARGO_INCREMENTAL", "0");
        made.set("CARGO_NET_OFFLINE", "true");
        made.set("CARGO_TERM_COLOR", "never");
        return made;
    }

    /** Files in {@code out}, as plain rustc makes them and as cachepot does. */
    private void assertSame(String command) throws Exception {
        String[] words = command.split(" ");
        clear(project.resolve("out"));
        Ended plain = developer.run(project, words);
        Map<String, String> expected = outputs("out");
        clear(project.resolve("out"));
        Ended ended = developer.cachepot(project, words);
        assertThat(ended).isEqualTo(plain);
        assertThat(outputs("out")).isEqualTo(expected);
    }

    private Map<String, String> outputs(String directory) throws IOException {
        var outputs = new TreeMap<String, String>();
        Path base = project.resolve(directory);
        try (Stream<Path> files = Files.walk(base)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = base.relativize(file).toString();
                if (name.endsWith(".rlib")
                        || name.endsWith(".rmeta")
                        || name.endsWith(".so")
                        || name.endsWith(".d")
                        || name.equals("app")) {
                    outputs.put(
                            name, Integer.toHexString(Arrays.hashCode(Files.readAllBytes(file))));
                }
            }
        }
        return outputs;
    }

    private static void clear(Path directory) throws IOException {
        Trees.remove(directory);
        Files.createDirectory(directory);
    }

    private void workspace() throws Exception {
        write(
                "Cargo.toml",
                "[workspace]\nmembers = [\"app\", \"text\", \"derive\", \"gen\"]\nresolver = \"2\"\n");
        member("derive", "[lib]\nproc-macro = true\n");
        write(
                "derive/src/lib.rs",
                """
                use proc_macro::TokenStream;
                #[proc_macro]
                pub fn name(_: TokenStream) -> TokenStream {
                    format!("{:?}", std::env::var("CARGO_PKG_NAME").unwrap()).parse().unwrap()
                }
                """);
        member("text", "[dependencies]\nderive = { path = \"../derive\" }\n");
        write(
                "text/src/lib.rs",
                """
                mod inner;
                pub use inner::own;
                pub fn greet() -> String { format!("{} {}", include_str!("greeting.txt"), derive::name!()) }
                """);
        write(
                "text/src/inner.rs",
                "pub fn own() -> &'static str { env!(\"CARGO_PKG_VERSION\") }\n");
        write("text/src/greeting.txt", "Hello");
        member("gen", "build = \"build.rs\"\n");
        write(
                "gen/build.rs",
                """
                fn main() {
                    let out = std::env::var("OUT_DIR").unwrap();
                    std::fs::write(format!("{}/gen.rs", out), "pub const G: i32 = 42;").unwrap();
                    println!("cargo:rustc-env=BY_SCRIPT=script");
                }
                """);
        write(
                "gen/src/lib.rs",
                "include!(concat!(env!(\"OUT_DIR\"), \"/gen.rs\"));\npub const S: &str = env!(\"BY_SCRIPT\");\n");
        member(
                "app",
                "[dependencies]\ntext = { path = \"../text\" }\ngen = { path = \"../gen\" }\n");
        write(
                "app/src/main.rs",
                "fn main() { println!(\"{} {} {} {}\", text::greet(), text::own(), gen::G, gen::S); }\n");
    }

    private void member(String name, String more) throws Exception {
        write(
                name + "/Cargo.toml",
                "[package]\nname = \"%s\"\nversion = \"0.1.0\"\nedition = \"2018\"\n%s"
                        .formatted(name, more));
    }

    private Ended cargo(Developer who, boolean isCached, String... arguments) throws Exception {
        if (isCached) {
            who.set("RUSTC_WRAPPER", Installed.program("cachepot").toString());
        } else {
            who.unset("RUSTC_WRAPPER");
        }
        List<String> command = new ArrayList<>(List.of("cargo"));
        command.addAll(List.of(arguments));
        Ended ended = who.run(project, command.toArray(String[]::new));
        assertThat(ended.exitCode()).as(ended.stderr()).isZero();
        return ended;
    }

    @Test
    void aWorkspaceIsWhatCargoMakes() throws Exception {
        // Given
        workspace();
        cargo(developer, false, "build");
        Map<String, String> expected = outputs("target/debug");
        cargo(developer, false, "clean");

        // When
        Ended ended = cargo(developer, true, "build");

        // Then
        assertThat(outputs("target/debug")).isEqualTo(expected);
        assertThat(ended.stderr()).doesNotContain("warning");
        assertRemote(2);
        assertThat(developer.run(project, "target/debug/app").stdout())
                .isEqualTo("Hello text 0.1.0 42 script\n");
        assertThat(developer.cachepot(project, "--show-stats").stdout())
                .contains("a crate that is linked");

        // And when another developer of the same place builds it
        cargo(developer, false, "clean");
        try (var second = developer()) {
            cargo(second, true, "build");
            assertThat(second.stats().remote()).isZero();
            assertThat(second.stats().hits()).isEqualTo(2);
        }
        assertThat(outputs("target/debug")).isEqualTo(expected);
    }

    @Test
    void checksGoToWorkersToo() throws Exception {
        workspace();
        cargo(developer, true, "check");
        assertRemote(4); // two more are linked: the macro for its user, and the build script
    }

    @Test
    void whatIsOutsideThePackageComesAlongTheNextTime() throws Exception {
        write("outside.txt", "out");
        write("a/src/lib.rs", "pub const O: &str = include_str!(\"../../outside.txt\");\n");
        developer.set("CARGO_MANIFEST_DIR", project.resolve("a").toString());
        assertSame(LIBRARY);
        assertRemote(0);
        write("outside.txt", "out of it");
        assertSame(LIBRARY);
        assertRemote(1);
    }

    @Tag("slow")
    @Test
    void aVariableThatDidNotGoAlongIsNotBelievedToBeUnset() throws Exception {
        write(
                "c/src/lib.rs",
                "#[macro_export] macro_rules! v { () => { option_env!(concat!(\"HID\", \"DEN\")) } }\n");
        developer.set("HIDDEN", "seen");
        developer.run(
                project,
                "rustc",
                "--crate-name",
                "c",
                "--crate-type",
                "lib",
                "c/src/lib.rs",
                "-C",
                "extra-filename=-aaaaaaaaaaaaaaaa",
                "--out-dir",
                "out");
        Files.move(
                project.resolve("out/libc-aaaaaaaaaaaaaaaa.rlib"),
                project.resolve("libc-aaaaaaaaaaaaaaaa.rlib"));
        write("a/src/lib.rs", "pub const V: Option<&str> = c::v!();\n");
        assertSame(LIBRARY + " --extern c=libc-aaaaaaaaaaaaaaaa.rlib");
        assertRemote(0);
    }

    private String dependency(String source) throws Exception {
        write("c/src/lib.rs", source);
        String command =
                "rustc --crate-name c --crate-type lib --emit=dep-info,metadata,link c/src/lib.rs"
                        + " -C extra-filename=-aaaaaaaaaaaaaaaa --out-dir deps";
        assertThat(developer.run(project, command.split(" ")).exitCode()).isZero();
        return LIBRARY + " -L dependency=deps --extern c=deps/libc-aaaaaaaaaaaaaaaa.rmeta";
    }

    @Test
    void filesWithMacrosOfOtherCratesGoAlong() throws Exception {
        String library =
                dependency("#[macro_export] macro_rules! v { () => { let unused = 1; } }\n");
        write("a/src/lib.rs", "pub fn f() { c::v!(); }\n");
        assertSame(library);
        assertRemote(1);
    }

    @Test
    void aMessageThatQuotesWhatTheWorkerDidNotHaveIsMadeHere() throws Exception {
        String library = dependency("pub fn one(_: i32) {}\n");
        write("a/src/lib.rs", "pub fn f() { c::one(1, 2); }\n");
        assertSame(library);
        assertThat(developer.run(project, library.split(" ")).stderr()).contains("c/src/lib.rs");
    }

    /** Rustc would look for the job server that they name. */
    @Test
    void variablesThatRustcItselfReadsDoNotGoAlong() throws Exception {
        assertThat(developer.run(project, "mkfifo", "jobs").exitCode()).isZero();
        developer.set("CARGO_MAKEFLAGS", "-j --jobserver-auth=fifo:" + project.resolve("jobs"));
        write("a/src/lib.rs", "pub const READ: [&str; 2] = [\"CARGO_MAKEFLAGS\", \"TMPDIR\"];\n");
        assertSame(LIBRARY);
        assertRemote(1);
    }

    @Test
    void errorsAndWarningsAreRustcsOwn() throws Exception {
        write("a/src/lib.rs", "pub fn f() -> i32 { let unused = 1; 2 }\n");
        assertSame(LIBRARY);
        assertRemote(1);
        write("a/src/lib.rs", "pub fn f() -> i32 { \"text\" }\n");
        assertSame(LIBRARY);
        assertRemote(1);
        assertThat(developer.stats().number("compile_fails")).isEqualTo(1);
    }

    @Test
    void aWorkerThatDiesMidwayBreaksNothing() throws Exception {
        // Given
        workspace();
        try (var doomed = new Cluster()) {
            doomed.startScheduler();
            Process worker = doomed.startWorker("doomed", 2);
            try (var builder = new Developer(doomed.schedulerUrl(), Cluster.CLIENT_TOKEN)) {
                builder.set("CARGO_INCREMENTAL", "0");
                builder.set("RUSTC_WRAPPER", Installed.program("cachepot").toString());
                Path log = builder.directory.resolve("build.log");
                Process build = builder.start(project, log, "cargo", "build");
                while (build.isAlive() && !Files.readString(log).contains("Compiling text")) {
                    Thread.sleep(10);
                }

                // When
                Cluster.kill(worker);

                // Then
                assertThat(build.waitFor()).as(Files.readString(log)).isZero();
                assertThat(builder.run(project, "target/debug/app").stdout())
                        .isEqualTo("Hello text 0.1.0 42 script\n");
            }
        }
    }
}
