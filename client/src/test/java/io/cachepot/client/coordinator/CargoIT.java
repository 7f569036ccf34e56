package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.coordinator.Machine.Ended;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A workspace of every kind of crate, built by cargo with cachepot in front of rustc. */
class CargoIT {
    @TempDir Path directory;
    private Machine machine;

    @BeforeEach
    void start() throws IOException {
        machine = new Machine(directory, Map.of("CACHEPOT_RUST_INCREMENTAL", "false"));
        machine.set("CARGO_TERM_COLOR", "never");
        machine.set("CARGO_NET_OFFLINE", "true");
        machine.set("CARGO_INCREMENTAL", "0");
        machine.write(
                "Cargo.toml",
                """
                [workspace]
                members = ["app", "text", "derive", "sys"]
                resolver = "2"
                """);
        member("derive", "[lib]\nproc-macro = true\n");
        machine.write(
                "derive/src/lib.rs",
                """
                use proc_macro::TokenStream;
                #[proc_macro_derive(Named)]
                pub fn named(input: TokenStream) -> TokenStream {
                    let words: Vec<String> = input.into_iter().map(|t| t.to_string()).collect();
                    let at = words.iter().position(|w| w == "struct").unwrap();
                    format!("impl Named for {0} {{ fn name() -> &'static str {{ \\"{0}\\" }} }}", words[at + 1])
                        .parse()
                        .unwrap()
                }
                """);
        member("text", "[dependencies]\nderive = { path = \"../derive\" }\n");
        machine.write(
                "text/src/lib.rs",
                """
                pub use derive::Named;
                pub trait Named { fn name() -> &'static str; }
                pub fn greet(who: &str) -> String { format!("{} {}", include_str!("greeting.txt"), who) }
                #[test]
                fn greets() { assert_eq!(greet("you"), "Hello you"); }
                """);
        machine.write("text/src/greeting.txt", "Hello");
        member("sys", "links = \"n\"\nbuild = \"build.rs\"\n");
        machine.write(
                "sys/build.rs",
                """
                use std::{env, path::Path, process::Command};
                fn main() {
                    let out = env::var("OUT_DIR").unwrap();
                    let object = Path::new(&out).join("n.o");
                    let archive = Path::new(&out).join("libn.a");
                    assert!(Command::new("cc").args(["-c", "n.c", "-o"]).arg(&object).status().unwrap().success());
                    assert!(Command::new("ar").arg("rcD").arg(&archive).arg(&object).status().unwrap().success());
                    std::fs::write(Path::new(&out).join("gen.rs"), "pub const GENERATED: i32 = 40;").unwrap();
                    println!("cargo:rustc-link-search=native={}", out);
                    println!("cargo:rustc-link-lib=static=n");
                    println!("cargo:rerun-if-changed=n.c");
                    println!("cargo:rustc-env=SYS_NAME=from the script");
                }
                """);
        machine.write("sys/n.c", "int n(void) { return 2; }\n");
        machine.write(
                "sys/src/lib.rs",
                """
                include!(concat!(env!("OUT_DIR"), "/gen.rs"));
                extern "C" { fn n() -> i32; }
                pub fn answer() -> i32 { GENERATED + unsafe { n() } }
                pub const NAME: &str = env!("SYS_NAME");
                """);
        member(
                "app",
                """
                [features]
                loud = []
                [dependencies]
                text = { path = "../text" }
                sys = { path = "../sys" }
                """);
        machine.write(
                "app/src/main.rs",
                """
                use text::Named;
                #[derive(Named)]
                struct Thing;
                fn main() {
                    let end = if cfg!(feature = "loud") { "!" } else { "." };
                    println!("{} {} {}{}", text::greet(Thing::name()), sys::answer(), sys::NAME, end);
                }
                """);
        machine.write("app/tests/run.rs", "#[test] fn runs() { assert_eq!(sys::answer(), 42); }\n");
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    private void member(String name, String more) throws IOException {
        machine.write(
                name + "/Cargo.toml",
                """
                [package]
                name = "%s"
                version = "0.1.0"
                edition = "2018"
                %s
                """
                        .formatted(name, more));
    }

    private Ended cargo(boolean isCached, String... arguments) throws Exception {
        machine.set("RUSTC_WRAPPER", isCached ? Machine.WRAPPER.toString() : "");
        String[] command = new String[arguments.length + 1];
        command[0] = "cargo";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Ended ended = machine.plain(command);
        machine.awaitStored();
        return ended;
    }

    private Ended good(boolean isCached, String... arguments) throws Exception {
        Ended ended = cargo(isCached, arguments);
        assertThat(ended.exitCode()).as(ended.stderr()).isZero();
        return ended;
    }

    /** Programs, libraries and lists in the directory of outputs, by name. */
    private Map<String, Digest> artifacts() throws IOException {
        var artifacts = new TreeMap<String, Digest>();
        Path target = machine.project.resolve("target/debug");
        try (Stream<Path> files = Files.walk(target)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = target.relativize(file).toString();
                if (!name.startsWith("incremental")
                        && !name.startsWith(".fingerprint")
                        && !name.equals(".cargo-lock")
                        && !name.endsWith("invoked.timestamp")) {
                    artifacts.put(name, Digest.of(Files.readAllBytes(file)));
                }
            }
        }
        return artifacts;
    }

    private void clean() throws Exception {
        good(false, "clean");
    }

    private String app() throws Exception {
        return machine.plain("target/debug/app").stdout();
    }

    @Test
    void aBuildOutOfTheCacheIsWhatCargoMakes() throws Exception {
        // Given
        Ended plain = good(false, "build");
        Map<String, Digest> expected = artifacts();
        clean();
        good(true, "build");
        Map<String, Digest> first = artifacts();
        clean();
        long misses = machine.count("Cache misses");

        // When
        Ended warm = good(true, "build");

        // Then
        assertThat(machine.count("Cache misses")).isEqualTo(misses);
        assertThat(machine.hits()).isEqualTo(misses).isEqualTo(5);
        assertThat(machine.count("Non-cacheable calls")).isZero();
        assertThat(first).containsExactlyInAnyOrderEntriesOf(expected);
        assertThat(artifacts()).containsExactlyInAnyOrderEntriesOf(expected);
        assertThat(app()).isEqualTo("Hello Thing 42 from the script.\n");
        assertThat(warm.stderr().lines().filter(line -> line.contains("warning")))
                .isEqualTo(
                        plain.stderr().lines().filter(line -> line.contains("warning")).toList());
    }

    @Test
    void whatChangedIsBuiltAnew() throws Exception {
        good(true, "build");
        machine.write("text/src/greeting.txt", "Bye");
        good(true, "build");
        assertThat(app()).isEqualTo("Bye Thing 42 from the script.\n");
        machine.write("sys/n.c", "int n(void) { return 3; }\n");
        good(true, "build");
        assertThat(app()).isEqualTo("Bye Thing 43 from the script.\n");
        good(true, "build", "--features", "app/loud");
        assertThat(app()).isEqualTo("Bye Thing 43 from the script!\n");
        String macro = Files.readString(machine.project.resolve("derive/src/lib.rs"));
        machine.write("derive/src/lib.rs", macro.replace("\\\"{0}\\\"", "\\\"<{0}>\\\""));
        good(true, "build");
        assertThat(app()).isEqualTo("Bye <Thing> 43 from the script.\n");
    }

    @Test
    void testsAreProgramsToo() throws Exception {
        assertThat(good(true, "test").stdout()).contains("1 passed").doesNotContain("FAILED");
        clean();
        long misses = machine.count("Cache misses");
        assertThat(good(true, "test").stdout()).doesNotContain("FAILED");
        assertThat(machine.count("Cache misses")).isEqualTo(misses);
    }

    @Test
    void checksAreCached() throws Exception {
        good(true, "check", "--all-targets");
        clean();
        long misses = machine.count("Cache misses");
        good(true, "check", "--all-targets");
        assertThat(machine.count("Cache misses")).isEqualTo(misses);
        assertThat(machine.hits()).isPositive();
    }

    @Test
    void clippyIsCachedWithItsConfiguration() throws Exception {
        machine.write(
                "text/src/more.rs", "pub fn many(a: i32, b: i32, c: i32) -> i32 { a + b + c }\n");
        String library = Files.readString(machine.project.resolve("text/src/lib.rs"));
        machine.write("text/src/lib.rs", library + "pub mod more;\n");
        String[] clippy = {"clippy", "-p", "text"};
        assertThat(good(true, clippy).stderr()).doesNotContain("too many arguments");
        clean();
        long misses = machine.count("Cache misses");
        good(true, clippy);
        assertThat(machine.count("Cache misses")).isEqualTo(misses);

        // When
        machine.write("clippy.toml", "too-many-arguments-threshold = 2\n");
        clean();

        // Then
        assertThat(good(true, clippy).stderr()).contains("too many arguments");
        clean();
        assertThat(good(true, clippy).stderr()).contains("too many arguments");
    }

    /** Clippy asks cargo for them, and tells nobody. */
    @Test
    void lintsThatReadManifestsAreNotCached() throws Exception {
        String[] clippy = {"clippy", "-p", "text", "--", "-W", "clippy::cargo"};
        assertThat(good(true, clippy).stderr()).contains("package `sys` is missing `package.desc");
        clean();

        // When: another package is changed
        String manifest = Files.readString(machine.project.resolve("sys/Cargo.toml"));
        machine.write(
                "sys/Cargo.toml",
                manifest.replace("[package]", "[package]\ndescription = \"now told\""));

        // Then
        assertThat(good(true, clippy).stderr())
                .doesNotContain("package `sys` is missing `package.desc");
        assertThat(machine.cachepot("--show-stats").stdout())
                .contains("a lint of clippy reads manifests");

        // When: the crate itself asks for them
        String library = Files.readString(machine.project.resolve("text/src/lib.rs"));
        machine.write("text/src/lib.rs", "#![warn(clippy::wildcard_dependencies)]\n" + library);
        long refused = machine.count("Non-cacheable calls");
        good(true, "clippy", "-p", "text");
        assertThat(machine.count("Non-cacheable calls")).isEqualTo(refused + 1);
    }

    @Test
    void incrementalCratesAreCompiledWholeWhereTheSettingsSaySo() throws Exception {
        machine.set("CARGO_INCREMENTAL", "1");
        good(true, "build");
        clean();
        long misses = machine.count("Cache misses");
        good(true, "build");
        assertThat(machine.count("Cache misses")).isEqualTo(misses);
        assertThat(machine.hits()).isEqualTo(5);
        assertThat(app()).isEqualTo("Hello Thing 42 from the script.\n");
    }

    @Test
    void incrementalCratesAreLeftToRustcOtherwise() throws Exception {
        machine.stop();
        machine.start(Map.of());
        machine.set("CARGO_INCREMENTAL", "1");
        good(true, "build");
        assertThat(machine.count("Non-cacheable calls")).isEqualTo(5);
        assertThat(machine.cachepot("--show-stats").stdout()).contains("incremental");
    }

    @Test
    void aMistakeIsShownAsRustcShowsIt() throws Exception {
        machine.write("app/src/main.rs", "fn main() { nothing() }\n");
        Ended plain = cargo(false, "build");
        Ended cached = cargo(true, "build");
        assertThat(cached.exitCode()).isEqualTo(plain.exitCode()).isNotZero();
        assertThat(cached.stderr()).contains("cannot find function `nothing`");
    }
}
