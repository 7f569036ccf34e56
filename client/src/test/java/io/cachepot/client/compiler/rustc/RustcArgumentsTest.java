package io.cachepot.client.compiler.rustc;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.compiler.rustc.RustcInvocation.Crate;
import io.cachepot.client.compiler.rustc.RustcInvocation.CrateType;
import io.cachepot.client.compiler.rustc.RustcInvocation.Emit;
import io.cachepot.client.compiler.rustc.RustcInvocation.Extern;
import io.cachepot.client.compiler.rustc.RustcInvocation.NotCacheable;
import io.cachepot.client.compiler.rustc.RustcInvocation.NotCompilation;
import io.cachepot.client.compiler.rustc.RustcInvocation.SearchPath;
import io.cachepot.client.compiler.rustc.RustcInvocation.Trait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RustcArgumentsTest {
    private static final String BASE = "--crate-name a --crate-type lib a.rs";

    @TempDir Path directory;

    private RustcInvocation classify(String line) {
        return RustcArguments.classify(List.of(line.split(" ")), directory, false);
    }

    private Crate crate(String line) {
        RustcInvocation invocation = classify(line);
        assertThat(invocation).isInstanceOf(Crate.class);
        return (Crate) invocation;
    }

    @Test
    void aCommandOfCargoIsUnderstood() {
        Crate crate =
                crate(
                        "--crate-name serde --edition=2018 src/lib.rs --error-format=json"
                                + " --json=diagnostic-rendered-ansi,artifacts --crate-type lib"
                                + " --emit=dep-info,metadata,link -C embed-bitcode=no"
                                + " --check-cfg cfg(docsrs,test) -C metadata=1f -C extra-filename=-1f"
                                + " --out-dir /t/deps -L dependency=/t/deps -L native=/t/out"
                                + " --extern priv:x=/t/deps/libx-2.rmeta --extern proc_macro"
                                + " --cap-lints allow -l static=z --diagnostic-width=80");

        assertThat(crate.source()).isEqualTo("src/lib.rs");
        assertThat(crate.outputs())
                .containsExactly(
                        "/t/deps/libserde-1f.rlib",
                        "/t/deps/libserde-1f.rmeta",
                        "/t/deps/serde-1f.d");
        assertThat(crate.dependencyList()).isEqualTo(OptionalInt.of(2));
        assertThat(crate.externs())
                .containsExactly(
                        new Extern("priv", "x", Optional.of("/t/deps/libx-2.rmeta")),
                        new Extern("", "proc_macro", Optional.empty()));
        assertThat(crate.searched())
                .containsExactly(
                        new SearchPath("dependency", "/t/deps"),
                        new SearchPath("native", "/t/out"));
        assertThat(crate.libraries()).containsExactly("static=z");
        assertThat(crate.linking()).isEmpty();
        assertThat(crate.diagnosticWidth()).contains("80");
        assertThat(crate.has(Trait.COLOR_EXPLICIT)).isTrue();
        assertThat(String.join(" ", crate.keyArguments()))
                .doesNotContain("/t/deps")
                .doesNotContain("80");
    }

    @ParameterizedTest
    @CsvSource({
        "-C opt-level=3, -Copt_level=3",
        "-C opt-level=3, --codegen opt-level=3",
        "--edition 2021, --edition=2021",
        "-L dependency=/x, -Ldependency=/y",
        "--emit metadata --emit link, --emit=link --emit=metadata"
    })
    void spellingsOfOneThingAreOneKey(String one, String other) {
        assertThat(crate(BASE + " " + one).keyArguments())
                .isEqualTo(crate(BASE + " " + other).keyArguments());
    }

    @ParameterizedTest
    @CsvSource({
        "bin, a",
        "rlib, liba.rlib",
        "staticlib, liba.a",
        "cdylib, liba.so",
        "dylib, liba.so",
        "proc-macro, liba.so"
    })
    void filesAreNamedAsRustcDoes(String type, String file) {
        assertThat(crate("--crate-name a a.rs --crate-type " + type).outputs())
                .containsExactly(file);
    }

    @Test
    void testsAreProgramsThatAreLinked() {
        Crate crate = crate("--crate-name a --test --crate-type lib a.rs --emit=dep-info,link");
        assertThat(crate.crateTypes()).containsExactly(CrateType.BIN);
        assertThat(crate.linking()).isPresent();
        assertThat(crate.takesCode()).isTrue();
    }

    @Test
    void aCheckLinksNothing() {
        Crate crate = crate("--crate-name a --crate-type bin --emit=dep-info,metadata a.rs");
        assertThat(crate.linking()).isEmpty();
        assertThat(crate.takesCode()).isFalse();
        assertThat(crate.emitted()).containsExactlyInAnyOrder(Emit.DEP_INFO, Emit.METADATA);
        assertThat(crate.outputs()).contains("liba.rmeta");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-vV", "--version", "--print=sysroot", "--print cfg -", "-h", "-O"})
    void questionsAreNoCompiles(String line) {
        assertThat(classify(line)).isInstanceOf(NotCompilation.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "- --crate-name a --crate-type lib | source from standard input",
                "--crate-name a --crate-type lib a.rs b.rs | multiple input files",
                "--crate-type lib a.rs | missing crate_name",
                "--crate-name a a.rs | missing crate-type",
                "--crate-name a --crate-type lib a.rs -C incremental=x | incremental",
                "--crate-name a --crate-type lib a.rs -C save-temps | -C save-temps",
                "--crate-name a --crate-type lib a.rs -C no-such=1 | -C no-such",
                "--crate-name a --crate-type lib a.rs -Z self-profile | -Z self-profile",
                "--crate-name a --crate-type lib a.rs --emit=asm,link | --emit asm",
                "--crate-name a --crate-type lib a.rs --sysroot /x | --sysroot",
                "--crate-name a --crate-type lib a.rs --no-such | unknown option --no-such",
                "--crate-name a --crate-type lib a.rs -C | unknown option -C",
                "--crate-name a --crate-type x a.rs | --crate-type x",
                "--crate-name a --crate-type lib a.rs -C split-debuginfo=packed"
                        + " | -C split-debuginfo=packed",
                "--crate-name a --crate-type bin a.rs -C link-arg=-Wl,-Map=x"
                        + " | -C link-arg=-Wl,-Map=x",
                "--crate-name a --crate-type bin a.rs --target wasm32-unknown-unknown"
                        + " | crate-type for target wasm32-unknown-unknown",
                "--crate-name a --crate-type lib --emit link,metadata a.rs -o x"
                        + " | -o with several outputs",
                "--crate-name a --crate-type lib a.rs @none | @file that can not be read"
            })
    void whatIsNotCachedHasAReason(String line, String reason) {
        assertThat(classify(line)).isEqualTo(new NotCacheable(reason));
    }

    @Test
    void argumentsInAFileAreOneALine() throws IOException {
        Files.writeString(
                directory.resolve("args"),
                "--crate-type\nlib\n--emit=dep-info,link\n--cfg\nfeature=\"a b\"\n");
        assertThat(crate("--crate-name a a.rs @args").keyArguments())
                .contains("--cfg feature=\"a b\"");
    }

    @Test
    void incrementalIsLeftOutWhereTheUserAllowsIt() {
        List<String> line =
                List.of(
                        "--crate-name",
                        "a",
                        "--crate-type",
                        "lib",
                        "a.rs",
                        "-C",
                        "opt-level=1",
                        "-C",
                        "incremental=/x",
                        "-Cincremental=/y",
                        "--codegen=incremental=/z");
        assertThat(RustcArguments.classify(line, directory, true)).isInstanceOf(Crate.class);
        assertThat(RustcArguments.withoutIncremental(line))
                .containsExactly(
                        "--crate-name", "a", "--crate-type", "lib", "a.rs", "-C", "opt-level=1");
    }

    @Test
    void filesOfTheCommandLineAreInputs() {
        assertThat(crate(BASE + " --target x.json -C profile-use=p.profdata").inputs())
                .containsExactly("x.json", "p.profdata");
    }
}
