package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.coordinator.Workplace.Left;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Attempts to get a stale or foreign crate out of the cache. In every state of a project a command
 * leaves the same files, modes, output and exit code whether plain rustc runs it, or cachepot for
 * the first time, or cachepot once more.
 */
class RustSoundnessIT {
    private static final String LIBRARY =
            "@rustc --crate-name a --crate-type lib --emit=dep-info,metadata,link src/a.rs"
                    + " -C metadata=1 -C extra-filename=-0123456789abcdef --out-dir out";
    private static final String PROGRAM =
            "@rustc --crate-name p --crate-type bin --emit=dep-info,link src/p.rs --out-dir out"
                    + " -L dependency=out ";
    private static final String MACRO =
            "rustc --edition 2021 --crate-name m --crate-type proc-macro -C prefer-dynamic src/m.rs"
                    + " -C extra-filename=-00000000deadbeef --out-dir out --extern proc_macro";
    private static final String USER =
            LIBRARY + " --edition 2021 -L dependency=out --extern m=out/libm-00000000deadbeef.so";

    @TempDir Path directory;
    private Machine machine;
    private Workplace workplace;

    @BeforeEach
    void start() throws IOException {
        machine = new Machine(directory);
        workplace = new Workplace(machine, machine.project);
        machine.write("src/a.rs", "pub fn f() -> i32 { 1 }\n");
        Files.createDirectories(machine.project.resolve("out/one"));
        Files.createDirectories(machine.project.resolve("out/another"));
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    /** Runs {@code command}, a shell's, in which {@code @} stands in front of each compiler. */
    private Left check(String command) throws Exception {
        Machine.settle();
        Left plain = workplace.run(command.replace("@rustc", "rustc"));
        for (String round : new String[] {"first", "second"}) {
            assertThat(workplace.run(command.replace("@rustc", Machine.WRAPPER + " rustc")))
                    .as("%s time: %s", round, command)
                    .isEqualTo(plain);
        }
        return plain;
    }

    /** The same for a command that succeeds, and whose second run is a hit. */
    private Left checkCached(String command) throws Exception {
        long before = machine.hits();
        Left left = check(command);
        assertThat(left.ended().exitCode()).as(left.ended().stderr()).isZero();
        assertThat(machine.hits()).as("hits of %s", command).isGreaterThan(before);
        return left;
    }

    private void run(String command) throws Exception {
        assertThat(machine.in(machine.project, "sh", "-c", command).exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--crate-type lib",
                "--crate-type lib --emit metadata,dep-info --out-dir out",
                "--crate-type cdylib",
                "--crate-type lib,cdylib --emit=dep-info,metadata,link",
                "--crate-type lib -Copt-level=3 -C debuginfo=1 --codegen panic=abort -C codegen_units=1",
                "--crate-type lib --error-format=json --json=artifacts,diagnostic-rendered-ansi"
                        + " --emit=metadata,link",
                "--crate-type lib @out/args",
                "--test -C extra-filename=-1",
                "--crate-type lib --no-such-option",
                "--crate-type lib --print file-names"
            })
    void optionsDoWhatTheCompilerDoes(String options) throws Exception {
        checkOptions(options);
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--crate-type rlib --emit=metadata",
                "--crate-type=lib --emit=link --emit=dep-info",
                "--crate-type staticlib",
                "--crate-type dylib -C prefer-dynamic",
                "--crate-type lib -o out/x.rlib",
                "--crate-type lib --emit=metadata=out/y.rmeta",
                "--crate-type lib -gO",
                "--crate-type lib -A warnings -Wunused -Dunsafe_code --cap-lints=warn",
                "--crate-type lib --error-format=short",
                "--crate-type lib --color=always",
                "--crate-type lib --cfg 'feature=\"x\"' --edition 2021 -v",
                "--crate-type lib --remap-path-prefix=$PWD=/p -g",
                "--crate-type bin",
                "--crate-type lib -C no-such=1",
                "--crate-type lib --extern none=out/none.rlib",
                "--crate-type lib --out-dir out/new",
                "--crate-type lib -C target-cpu=native",
                "--crate-type lib --emit=asm",
                "-V"
            })
    void otherOptionsDoToo(String options) throws Exception {
        checkOptions(options);
    }

    private void checkOptions(String options) throws Exception {
        machine.write(
                "src/a.rs",
                """
                pub fn f() -> i32 { let unused = 1; 2 }
                fn main() {}
                """);
        machine.write("out/args", "--edition=2021\n");
        check("@rustc --crate-name a src/a.rs " + options);
    }

    @Test
    void sourcesAndWhatTheyIncludeCount() throws Exception {
        machine.write(
                "src/a.rs", "mod b; pub const S: &str = include_str!(\"s.txt\"); pub use b::g;\n");
        machine.write("src/b.rs", "pub fn g() -> i32 { 1 }\n");
        machine.write("src/s.txt", "one");
        Left first = checkCached(LIBRARY);
        machine.write("src/s.txt", "two");
        Left second = checkCached(LIBRARY);
        machine.write("src/b.rs", "pub fn g() -> i32 { 2 }\n");
        Left third = checkCached(LIBRARY);
        assertThat(first.nodes()).isNotEqualTo(second.nodes());
        assertThat(second.nodes()).isNotEqualTo(third.nodes());
    }

    @Test
    void aModuleThatIsThereTwiceIsAnError() throws Exception {
        machine.write("src/a.rs", "mod b;\n");
        machine.write("src/b.rs", "");
        checkCached(LIBRARY);
        machine.write("src/b/mod.rs", "");
        assertThat(check(LIBRARY).ended().exitCode()).isNotZero();
    }

    @Test
    void variablesThatTheSourceAsksForCount() throws Exception {
        machine.write(
                "src/a.rs",
                "pub const A: &str = env!(\"ASKED\"); pub const B: Option<&str> = option_env!(\"MAYBE\");\n");
        Left one = checkCached("ASKED='a b\\c' " + LIBRARY);
        Left two = checkCached("ASKED='x' " + LIBRARY);
        Left three = checkCached("ASKED='x' MAYBE=1 " + LIBRARY);
        assertThat(one.nodes()).isNotEqualTo(two.nodes());
        assertThat(two.nodes()).isNotEqualTo(three.nodes());
        assertThat(check(LIBRARY).ended().exitCode()).isNotZero();
    }

    @Test
    void variablesThatNobodyAsksForDoNotCount() throws Exception {
        checkCached("CARGO_PKG_VERSION=1 OTHER=1 " + LIBRARY);
        long hits = machine.hits();
        workplace.run(
                ("CARGO_PKG_VERSION=2 OTHER=2 " + LIBRARY)
                        .replace("@rustc", Machine.WRAPPER + " rustc"));
        assertThat(machine.hits()).isEqualTo(hits + 1);
    }

    @Test
    void generatedSourcesCount() throws Exception {
        machine.write("src/a.rs", "include!(concat!(env!(\"OUT_DIR\"), \"/gen.rs\"));\n");
        machine.write("gen/gen.rs", "pub const G: i32 = 1;\n");
        Left one = checkCached("OUT_DIR=$PWD/gen " + LIBRARY);
        machine.write("gen/gen.rs", "pub const G: i32 = 2;\n");
        Left two = checkCached("OUT_DIR=$PWD/gen " + LIBRARY);
        assertThat(one.nodes()).isNotEqualTo(two.nodes());
    }

    @ParameterizedTest
    @CsvSource({
        "--cfg x, --cfg y",
        "--cfg 'feature=\"a\"', --cfg 'feature=\"b\"'",
        "-C opt-level=0, -C opt-level=2",
        "-C debuginfo=0, -C debuginfo=2",
        "-C metadata=2, -C metadata=3",
        "--edition 2018, --edition 2021",
        "-C overflow-checks=on, -C overflow-checks=off",
        "--remap-path-prefix=/a=/b -g, --remap-path-prefix=$PWD=/c -g"
    })
    void flagsCount(String one, String two) throws Exception {
        machine.write("src/a.rs", "#[cfg(x)] pub fn x() {}\npub fn f(a: i32) -> i32 { a + 1 }\n");
        checkCached(LIBRARY + " " + one);
        checkCached(LIBRARY + " " + two);
        checkCached(LIBRARY + " " + one);
    }

    @Test
    void cratesCountThroughOthersToo() throws Exception {
        String below =
                "rustc --crate-name c --crate-type lib --emit=dep-info,metadata,link src/c.rs"
                        + " -C metadata=7 -C extra-filename=-aaaaaaaaaaaaaaaa --out-dir out";
        String library =
                LIBRARY.replace("@rustc", "rustc")
                        + " -L dependency=out --extern c=out/libc-aaaaaaaaaaaaaaaa.rmeta";
        String program = PROGRAM + " --extern a=out/liba-0123456789abcdef.rlib";
        machine.write("src/c.rs", "pub fn c() -> i32 { 1 }\n");
        machine.write("src/a.rs", "pub fn f() -> i32 { c::c() }\n");
        machine.write("src/p.rs", "fn main() { std::process::exit(a::f()); }\n");
        run(below + " && " + library);
        Left one = checkCached(program + " && out/p || echo $?");
        machine.write("src/c.rs", "pub fn c() -> i32 { 2 }\n");
        run(below + " && " + library);
        Left two = checkCached(program + " && out/p || echo $?");

        assertThat(one.ended().stdout()).isEqualTo("1\n");
        assertThat(two.ended().stdout()).isEqualTo("2\n");
    }

    @Test
    void aCrateThatIsOnlyFoundOnTheSearchPathCounts() throws Exception {
        machine.write("src/c.rs", "pub fn c() -> i32 { 1 }\n");
        machine.write("src/a.rs", "extern crate c; pub fn f() -> i32 { c::c() }\n");
        run("rustc --crate-name c --crate-type lib src/c.rs --out-dir out");
        check(LIBRARY + " -L out");
        machine.write("src/c.rs", "pub fn c() -> i64 { 1 }\n");
        run("rustc --crate-name c --crate-type lib src/c.rs --out-dir out");
        assertThat(check(LIBRARY + " -L out").ended().exitCode()).isNotZero();
    }

    private void macro(String body) throws Exception {
        machine.write(
                "src/m.rs",
                """
                use proc_macro::TokenStream;
                #[proc_macro]
                pub fn m(_: TokenStream) -> TokenStream {
                    let text: String = { %s };
                    format!("{:?}", text).parse().unwrap()
                }
                """
                        .formatted(body));
        machine.write("src/a.rs", "pub const M: &str = m::m!();\n");
        run(MACRO);
    }

    @Test
    void macrosCount() throws Exception {
        macro("\"one\".into()");
        Left one = checkCached(USER);
        macro("\"two\".into()");
        Left two = checkCached(USER);
        assertThat(one.nodes()).isNotEqualTo(two.nodes());
    }

    @Test
    void variablesThatAMacroReadsCount() throws Exception {
        macro("std::env::var(\"MY_DATABASE_URL\").unwrap_or_default()");
        Left one = checkCached("MY_DATABASE_URL=one " + USER);
        Left two = checkCached("MY_DATABASE_URL=two " + USER);
        Left none = checkCached(USER);
        assertThat(one.nodes()).isNotEqualTo(two.nodes());
        assertThat(two.nodes()).isNotEqualTo(none.nodes());
    }

    @Test
    void filesOfThePackageThatAMacroReadsCount() throws Exception {
        macro(
                "std::fs::read_to_string(format!(\"{}/q.sql\","
                        + " std::env::var(\"CARGO_MANIFEST_DIR\").unwrap())).unwrap_or_default()");
        machine.write("src/q.sql", "select 1");
        Left one = checkCached("CARGO_MANIFEST_DIR=$PWD/src " + USER);
        machine.write("src/q.sql", "select 2");
        Left two = checkCached("CARGO_MANIFEST_DIR=$PWD/src " + USER);
        assertThat(one.nodes()).isNotEqualTo(two.nodes());
    }

    /** A library {@code native/libn.a} whose function gives {@code value}. */
    private void staticLibrary(int value) throws Exception {
        Files.createDirectories(machine.project.resolve("native"));
        machine.write("n.c", "int n(void) { return " + value + "; }\n");
        run("gcc -c n.c -o n.o && rm -f native/libn.a && ar rcD native/libn.a n.o && rm n.o");
    }

    @Test
    void staticLibrariesCount() throws Exception {
        String library = LIBRARY + " -L native=native -l static=n";
        staticLibrary(1);
        Left one = checkCached(library);
        staticLibrary(2);
        Left two = checkCached(library);
        assertThat(one.nodes()).isNotEqualTo(two.nodes());
    }

    @Test
    void aStaticLibraryThatTheSourceNamesCounts() throws Exception {
        machine.write("src/a.rs", "#[link(name = \"n\", kind = \"static\")] extern \"C\" {}\n");
        staticLibrary(1);
        Left one = check(LIBRARY + " -L native=native");
        staticLibrary(2);
        Left two = check(LIBRARY + " -L native=native");
        assertThat(one.nodes()).isNotEqualTo(two.nodes());
    }

    @Test
    void whatALinkTakesCounts() throws Exception {
        Files.createDirectories(machine.project.resolve("first"));
        Files.createDirectories(machine.project.resolve("second"));
        machine.write(
                "src/p.rs",
                """
                #[link(name = "n")] extern "C" { fn n() -> i32; }
                fn main() { std::process::exit(unsafe { n() }); }
                """);
        String make = "gcc -shared -o %s/libn.so n.c";
        String program =
                PROGRAM
                        + "-L native=first -L native=second && LD_LIBRARY_PATH=first:second out/p || echo $?";
        machine.write("n.c", "int n(void) { return 1; }\n");
        run(make.formatted("second"));
        assertThat(checkCached(program).ended().stdout()).isEqualTo("1\n");
        machine.write("n.c", "int n(void) { return 2; }\nint more;\n");
        run(make.formatted("second"));
        assertThat(checkCached(program).ended().stdout()).isEqualTo("2\n");
        machine.write("n.c", "int n(void) { return 3; }\n");
        run(make.formatted("first"));
        assertThat(checkCached(program).ended().stdout()).isEqualTo("3\n");
    }

    @Test
    void filesForTheLinkerCount() throws Exception {
        machine.write(
                "src/p.rs",
                """
                #[no_mangle] pub extern "C" fn first() {}
                #[no_mangle] pub extern "C" fn second() {}
                fn main() { first(); second(); }
                """);
        String program = PROGRAM + "-C link-arg=-Wl,--dynamic-list=exported";
        machine.write("exported", "{ first; };\n");
        Left one = checkCached(program);
        machine.write("exported", "{ second; };\n");
        Left two = checkCached(program);
        assertThat(one.nodes().get("out/p")).isNotEqualTo(two.nodes().get("out/p"));
    }

    @Test
    void aLinkerBehindAnotherCacheIsKnown() throws Exception {
        machine.write("src/p.rs", "fn main() {}\n");
        Files.createDirectories(machine.project.resolve("links"));
        Files.createSymbolicLink(
                machine.project.resolve("links/cc"),
                Path.of(machine.plain("sh", "-c", "command -v ccache").stdout().strip()));
        checkCached("export CCACHE_DISABLE=1 PATH=$PWD/links:$PATH; " + PROGRAM);
    }

    @Test
    void aLinkThatFailsIsShownAsRustcShowsIt() throws Exception {
        machine.write(
                "src/p.rs",
                "#[link(name = \"nowhere\")] extern \"C\" { fn n(); }\nfn main() { unsafe { n() } }\n");
        for (String format : new String[] {"", " --error-format=json"}) {
            String command = PROGRAM + format;
            Machine.Ended plain = machine.in(machine.project, "sh", "-c", command.replace("@", ""));
            Machine.Ended ended =
                    machine.in(
                            machine.project,
                            "sh",
                            "-c",
                            command.replace("@", Machine.WRAPPER + " "));
            assertThat(ended.exitCode()).isEqualTo(plain.exitCode()).isNotZero();
            assertThat(ended.stderr()).contains("nowhere");
            assertThat(withoutTemporaryNames(ended)).isEqualTo(withoutTemporaryNames(plain));
        }
    }

    private static String withoutTemporaryNames(Machine.Ended ended) {
        return ended.stderr()
                .replaceAll("rustc[A-Za-z0-9]{6}", "rustcX")
                .replaceAll("[a-z0-9]{20,}\\.rcgu", "X.rcgu");
    }

    @Test
    void whatIsNoFileIsNotReplacedByOne() throws Exception {
        String metadata = "@rustc --crate-name a --crate-type lib --emit=metadata src/a.rs -o ";
        checkCached(metadata + "out/a.rmeta");
        Files.createSymbolicLink(machine.project.resolve("nothing"), Path.of("/dev/null"));
        long hits = machine.hits();
        for (String target : new String[] {"nothing", "out"}) {
            machine.in(
                    machine.project,
                    "sh",
                    "-c",
                    (metadata + target).replace("@rustc", Machine.WRAPPER + " rustc"));
        }
        assertThat(machine.hits()).isEqualTo(hits);
        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
        assertThat(machine.project.resolve("out")).isDirectory();
    }

    @Test
    void twoCheckoutsDoNotMix() throws Exception {
        String build = "cd %s && mkdir -p out && " + LIBRARY + " -g";
        for (String place : new String[] {"one", "two"}) {
            machine.write(place + "/src/a.rs", "pub fn f() -> &'static str { file!() }\n");
            checkCached(build.formatted(place));
        }
    }

    @Test
    void anotherDirectoryOfOutputsIsAHit() throws Exception {
        String messages = " --error-format=json --json=artifacts ";
        String one = LIBRARY.replace("--out-dir out", "--out-dir $PWD/out/one") + messages;
        String two = LIBRARY.replace("--out-dir out", "--out-dir $PWD/out/another") + messages;
        checkCached(one);
        long hits = machine.hits();

        // When
        Left there = workplace.run(two.replace("@rustc", Machine.WRAPPER + " rustc"));

        // Then
        assertThat(machine.hits()).isEqualTo(hits + 1);
        assertThat(there).isEqualTo(workplace.run(two.replace("@rustc", "rustc")));
        assertThat(there.ended().stderr()).contains("out/another/liba-0123456789abcdef.rmeta");
    }
}
