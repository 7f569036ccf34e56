package io.cachepot.client.compiler.rustc;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The options of rustc as tables. Sources: {@code rustc --help -v}, {@code rustc -C help}, the
 * rustc book, {@code rustc_session/src/options.rs} and {@code config.rs}.
 */
final class RustcOptions {
    /** What an option means to us. */
    enum Effect {
        /** Part of the key, nothing more. */
        KEEP,
        /** Only asks: not a compile. */
        QUESTION,
        /** Understood, and a reason not to cache. */
        REFUSE,
        COLOR,
        CODEGEN,
        UNSTABLE,
        CRATE_NAME,
        CRATE_TYPE,
        DIAGNOSTIC_WIDTH,
        EMIT,
        ERROR_FORMAT,
        EXTERN,
        LIBRARY,
        OUTPUT,
        OUT_DIRECTORY,
        SEARCH,
        TARGET,
        TEST
    }

    /**
     * One row.
     *
     * @param hasValue whether a value follows, in the same argument or in the next
     */
    record Option(String name, boolean hasValue, Effect effect) {}

    private static final Map<String, Option> TABLE = new HashMap<>();

    static {
        flags(Effect.QUESTION, "-h", "--help", "-V", "--version", "-vV");
        flags(Effect.KEEP, "-g", "-O", "-v", "--verbose");
        flags(Effect.TEST, "--test");
        values(Effect.QUESTION, "--print", "--explain");
        values(Effect.KEEP, "--cfg", "--check-cfg", "--edition", "--cap-lints");
        values(Effect.KEEP, "-A", "--allow", "-W", "--warn", "--force-warn");
        values(Effect.KEEP, "-D", "--deny", "-F", "--forbid");
        values(Effect.KEEP, "--remap-path-prefix", "--remap-path-scope", "--json");
        values(Effect.REFUSE, "--sysroot", "--env-set", "--unpretty", "--pretty");
        values(Effect.COLOR, "--color");
        values(Effect.ERROR_FORMAT, "--error-format");
        values(Effect.CODEGEN, "-C", "--codegen");
        values(Effect.UNSTABLE, "-Z");
        values(Effect.CRATE_NAME, "--crate-name");
        values(Effect.CRATE_TYPE, "--crate-type");
        values(Effect.DIAGNOSTIC_WIDTH, "--diagnostic-width");
        values(Effect.EMIT, "--emit");
        values(Effect.EXTERN, "--extern");
        values(Effect.LIBRARY, "-l");
        values(Effect.OUTPUT, "-o");
        values(Effect.OUT_DIRECTORY, "--out-dir");
        values(Effect.SEARCH, "-L");
        values(Effect.TARGET, "--target");
    }

    /** Of {@code -C}: those that only change what is in the outputs. */
    static final Set<String> CODEGEN_KEPT =
            Set.of(
                    "code-model",
                    "codegen-units",
                    "collapse-macro-debuginfo",
                    "control-flow-guard",
                    "debug-assertions",
                    "debuginfo",
                    "default-linker-libraries",
                    "dwarf-version",
                    "embed-bitcode",
                    "force-frame-pointers",
                    "force-unwind-tables",
                    "inline-threshold",
                    "instrument-coverage",
                    "jump-tables",
                    "link-dead-code",
                    "link-self-contained",
                    "linker-features",
                    "linker-flavor",
                    "linker-plugin-lto",
                    "lto",
                    "metadata",
                    "no-prepopulate-passes",
                    "no-redzone",
                    "no-stack-check",
                    "no-vectorize-loops",
                    "no-vectorize-slp",
                    "opt-level",
                    "overflow-checks",
                    "panic",
                    "prefer-dynamic",
                    "profile-generate",
                    "relocation-model",
                    "relro-level",
                    "soft-float",
                    "strip",
                    "symbol-mangling-version",
                    "target-feature",
                    "unsafe-allow-abi-mismatch");

    /** Of {@code -Z}: those that only change what is in the outputs or in the diagnostics. */
    static final Set<String> UNSTABLE_KEPT =
            Set.of(
                    "allow-features",
                    "assume-incomplete-release",
                    "box-noalias",
                    "branch-protection",
                    "cf-protection",
                    "crate-attr",
                    "cross-crate-inline-threshold",
                    "default-visibility",
                    "direct-access-external-data",
                    "embed-metadata",
                    "emit-stack-sizes",
                    "export-executable-symbols",
                    "fewer-names",
                    "fmt-debug",
                    "force-unstable-if-unmarked",
                    "function-sections",
                    "human-readable-cgu-names",
                    "inline-mir",
                    "inline-mir-threshold",
                    "instrument-mcount",
                    "link-native-libraries",
                    "location-detail",
                    "macro-backtrace",
                    "maximal-hir-to-mir-coverage",
                    "merge-functions",
                    "mir-opt-level",
                    "mutable-noalias",
                    "next-solver",
                    "no-link",
                    "no-unique-section-names",
                    "oom",
                    "packed-bundled-libs",
                    "panic-abort-tests",
                    "plt",
                    "polonius",
                    "precise-enum-drop-elaboration",
                    "randomize-layout",
                    "saturating-float-casts",
                    "share-generics",
                    "small-data-threshold",
                    "stack-protector",
                    "strict-init-checks",
                    "threads",
                    "tls-model",
                    "track-diagnostics",
                    "trap-unreachable",
                    "tune-cpu",
                    "ui-testing",
                    "unleash-the-miri-inside-of-you",
                    "unstable-options",
                    "virtual-function-elimination");

    private RustcOptions() {}

    private static void flags(Effect effect, String... names) {
        for (String name : names) {
            TABLE.put(name, new Option(name, false, effect));
        }
    }

    private static void values(Effect effect, String... names) {
        for (String name : names) {
            TABLE.put(name, new Option(name, true, effect));
        }
    }

    /**
     * The option that {@code argument} is or begins with: {@code --name}, {@code --name=value},
     * {@code -x} or {@code -xvalue}.
     */
    static Optional<Option> find(String argument) {
        Option whole = TABLE.get(argument);
        if (whole != null) {
            return Optional.of(whole);
        }
        if (argument.startsWith("--")) {
            int equals = argument.indexOf('=');
            return equals < 0
                    ? Optional.empty()
                    : Optional.ofNullable(TABLE.get(argument.substring(0, equals)))
                            .filter(Option::hasValue);
        }
        return argument.length() < 2
                ? Optional.empty()
                : Optional.ofNullable(TABLE.get(argument.substring(0, 2))).filter(Option::hasValue);
    }
}
