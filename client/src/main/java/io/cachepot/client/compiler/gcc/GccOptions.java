package io.cachepot.client.compiler.gcc;

import static io.cachepot.client.compiler.gcc.GccOption.Form.ALONE;
import static io.cachepot.client.compiler.gcc.GccOption.Form.JOINED;
import static io.cachepot.client.compiler.gcc.GccOption.Form.JOINED_OR_SEPARATE;
import static io.cachepot.client.compiler.gcc.GccOption.Form.SEPARATE;

import io.cachepot.client.compiler.gcc.GccOption.Effect;
import io.cachepot.client.compiler.gcc.GccOption.Form;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The options of gcc and clang that we understand, as a table; the longest spelling that fits wins.
 * Whatever is not in it is a reason not to cache. Source: GCC 12 manual, "Invoking GCC"; clang 14
 * "Command line reference".
 */
final class GccOptions {
    /**
     * Longest spelling first where one is the beginning of another: {@link #find} tries them by
     * length.
     */
    private final Map<String, GccOption> bySpelling = new HashMap<>();

    private int longest;

    /** {@code -fname} without a value: a switch of code generation or diagnostics. */
    private static final Pattern PLAIN_F = Pattern.compile("-f[a-z][a-z0-9+-]*");

    private static final Pattern PLAIN_W = Pattern.compile("-W[a-zA-Z0-9+=_-]*");
    private static final Pattern PLAIN_M =
            Pattern.compile("-m[a-zA-Z0-9._+-]+(=[a-zA-Z0-9._+,:-]*)?");

    /**
     * {@code -fname=value} where value is a word or a number, never a file that is read or written.
     */
    private static final List<String> F_WITH_VALUE =
            List.of(
                    "abi-version",
                    "abi-compat-version",
                    "align-functions",
                    "align-jumps",
                    "align-labels",
                    "align-loops",
                    "cf-protection",
                    "constexpr-depth",
                    "constexpr-loop-limit",
                    "constexpr-ops-limit",
                    "constexpr-steps",
                    "debug-prefix-map",
                    "denormal-fp-math",
                    "diagnostics-column-origin",
                    "diagnostics-column-unit",
                    "diagnostics-format",
                    "diagnostics-minimum-margin-width",
                    "diagnostics-path-format",
                    "diagnostics-show-location",
                    "diagnostics-urls",
                    "error-limit",
                    "excess-precision",
                    "exec-charset",
                    "file-prefix-map",
                    "fp-contract",
                    "fp-model",
                    "gnuc-version",
                    "inline-limit",
                    "input-charset",
                    "instrument-functions-exclude-file-list",
                    "instrument-functions-exclude-function-list",
                    "ira-algorithm",
                    "ira-region",
                    "ira-verbose",
                    "ivar-visibility",
                    "lax-vector-conversions",
                    "lto",
                    "lto-partition",
                    "lto-compression-level",
                    "macro-backtrace-limit",
                    "macro-prefix-map",
                    "max-errors",
                    "max-type-align",
                    "message-length",
                    "ms-compatibility-version",
                    "new-alignment",
                    "no-sanitize",
                    "no-sanitize-recover",
                    "no-sanitize-trap",
                    "openmp",
                    "openmp-version",
                    "pack-struct",
                    "patchable-function-entry",
                    "permitted-flt-eval-methods",
                    "random-seed",
                    "sanitize",
                    "sanitize-recover",
                    "sanitize-trap",
                    "sched-stalled-insns",
                    "sched-stalled-insns-dep",
                    "sched-verbose",
                    "simd-cost-model",
                    "spell-checking-limit",
                    "stack-limit-register",
                    "stack-protector",
                    "strict-flex-arrays",
                    "strong-eval-order",
                    "tabstop",
                    "template-backtrace-limit",
                    "template-depth",
                    "tls-model",
                    "tree-parallelize-loops",
                    "trivial-auto-var-init",
                    "use-ld",
                    "vect-cost-model",
                    "visibility",
                    "wide-exec-charset",
                    "zero-call-used-regs");

    private static final List<String> REFUSED_F =
            List.of(
                    "-fauto-profile",
                    "-fbranch-probabilities",
                    "-fcallgraph-info",
                    "-fcreate-profile",
                    "-fcxx-modules",
                    "-fcs-profile",
                    "-fdump",
                    "-fembed-bitcode",
                    "-fimplicit-module",
                    "-findirect-inlining-report",
                    "-flto-report",
                    "-fmem-report",
                    "-fmodule",
                    "-fmodules",
                    "-fopt-info",
                    "-fpch",
                    "-fplugin",
                    "-fpre-include",
                    "-fprebuilt",
                    "-fpreprocessed",
                    "-fprofile",
                    "-fproc-stat-report",
                    "-frecord-gcc-switches",
                    "-frecord-command-line",
                    "-frepo",
                    "-frewrite",
                    "-fsave-optimization-record",
                    "-fstack-usage",
                    "-fsyntax-only",
                    "-ftest-coverage",
                    "-fthinlto",
                    "-ftime-report",
                    "-ftime-trace",
                    "-fdirectives-only",
                    "-fcoverage",
                    "-fcrash-diagnostics",
                    "-foffload",
                    "-fsanitize-coverage",
                    "-fsanitize-blacklist",
                    "-fsanitize-ignorelist",
                    "-fdebug-compilation-dir",
                    "-fada-spec",
                    "-fdiagnostics-generate-patch",
                    "-fdiagnostics-parseable",
                    "-fbuild-session",
                    "-fapinotes",
                    "-fmultilib",
                    "-fminimize-whitespace");

    /** After the lists that it is made of. */
    static final GccOptions TABLE = new GccOptions();

    private GccOptions() {
        add(Effect.COMPILE, ALONE, "-c", "--compile");
        add(Effect.OUTPUT, JOINED_OR_SEPARATE, "-o");
        add(Effect.LANGUAGE, JOINED_OR_SEPARATE, "-x");
        add(Effect.DEPENDENCIES, ALONE, "-MD");
        add(Effect.DEPENDENCIES_WITHOUT_SYSTEM, ALONE, "-MMD");
        add(Effect.DEPENDENCY_PHONY, ALONE, "-MP");
        add(Effect.DEPENDENCY_FILE, JOINED_OR_SEPARATE, "-MF");
        add(Effect.DEPENDENCY_TARGET, JOINED_OR_SEPARATE, "-MT", "-MQ");
        add(
                Effect.COLOR,
                ALONE,
                "-fdiagnostics-color",
                "-fno-diagnostics-color",
                "-fcolor-diagnostics",
                "-fno-color-diagnostics");
        add(Effect.COLOR, JOINED, "-fdiagnostics-color=");

        add(Effect.KEEP, JOINED_OR_SEPARATE, "-D", "-U", "-I", "-L", "-l", "-u", "-z", "-T");
        add(
                Effect.KEEP,
                JOINED_OR_SEPARATE,
                "-include",
                "-imacros",
                "-iquote",
                "-isystem",
                "-idirafter",
                "-isysroot",
                "-iprefix",
                "-iwithprefix",
                "-iwithprefixbefore",
                "-imultilib");
        add(Effect.KEEP, SEPARATE, "--sysroot", "--param", "-Xlinker", "-target");
        add(
                Effect.KEEP,
                JOINED,
                "--sysroot=",
                "--param=",
                "--target=",
                "-stdlib=",
                "-std=",
                "--std=",
                "-O",
                "-Wl,",
                "-Wp,-D",
                "-Wp,-U");
        add(
                Effect.KEEP,
                ALONE,
                "-ansi",
                "-nostdinc",
                "-nostdinc++",
                "-undef",
                "-pipe",
                "-pthread",
                "-pthreads",
                "-pedantic",
                "-pedantic-errors",
                "--pedantic",
                "-w",
                "-fPIC",
                "-fPIE",
                "-fno-PIC",
                "-fno-PIE",
                "-trigraphs",
                "-traditional-cpp",
                "-p",
                "-pg",
                "-Qunused-arguments",
                "-Qn",
                "-Qy",
                "-Wa,--noexecstack");
        add(
                Effect.KEEP,
                ALONE,
                "-s",
                "-static",
                "-static-pie",
                "-static-libgcc",
                "-static-libstdc++",
                "-shared",
                "-shared-libgcc",
                "-rdynamic",
                "-pie",
                "-no-pie",
                "-nostdlib",
                "-nodefaultlibs",
                "-nostartfiles",
                "-nolibc",
                "-symbolic");
        add(
                Effect.KEEP,
                ALONE,
                "-g",
                "-g0",
                "-g1",
                "-g2",
                "-g3",
                "-ggdb",
                "-ggdb0",
                "-ggdb1",
                "-ggdb2",
                "-ggdb3",
                "-gdwarf",
                "-gdwarf-2",
                "-gdwarf-3",
                "-gdwarf-4",
                "-gdwarf-5",
                "-gdwarf32",
                "-gdwarf64",
                "-gstrict-dwarf",
                "-gno-strict-dwarf",
                "-gcolumn-info",
                "-gno-column-info",
                "-gline-tables-only",
                "-gmlt",
                "-gpubnames",
                "-gno-pubnames",
                "-ggnu-pubnames",
                "-gno-record-gcc-switches",
                "-gvariable-location-views",
                "-gno-variable-location-views",
                "-gas-loc-support",
                "-gno-as-loc-support",
                "-gas-locview-support",
                "-ginline-points",
                "-gno-inline-points",
                "-gstatement-frontiers",
                "-gno-statement-frontiers",
                "-gsimple-template-names",
                "-gembed-source",
                "-gno-embed-source");
        add(Effect.KEEP, JOINED, "-gz", "-gdescribe-dies");

        add(
                Effect.QUESTION,
                ALONE,
                "-S",
                "-v",
                "-V",
                "--version",
                "--help",
                "-###",
                "-dumpversion",
                "-dumpfullversion",
                "-dumpmachine",
                "-dumpspecs",
                "--target-help",
                "-r");
        add(Effect.QUESTION, JOINED, "-print-", "--print-", "--help=");

        add(
                Effect.REFUSE,
                ALONE,
                "-",
                "-I-",
                "--",
                "-E",
                "-M",
                "-MM",
                "-MG",
                "-P",
                "-C",
                "-CC",
                "-H",
                "-remap",
                "--coverage",
                "-coverage",
                "-save-temps",
                "--save-temps",
                "-time",
                "-no-integrated-cpp",
                "-emit-llvm",
                "-grecord-gcc-switches", // clang writes the whole command line, ours included
                "-grecord-command-line",
                "-gsplit-dwarf",
                "-gno-split-dwarf",
                "-verify",
                "--analyze",
                "-no-canonical-prefixes");
        add(
                Effect.REFUSE,
                JOINED,
                "@",
                "-save-temps=",
                "--save-temps=",
                "-time=",
                "-specs=",
                "--specs=",
                "-dumpdir",
                "-dumpbase",
                "-d",
                "-gsplit-dwarf=",
                "-MJ");
        add(
                Effect.REFUSE,
                SEPARATE,
                "-Xpreprocessor",
                "-Xassembler",
                "-Xclang",
                "-Xarch_host",
                "-mllvm",
                "-wrapper",
                "-specs",
                "-arch",
                "-aux-info",
                "--serialize-diagnostics",
                "-serialize-diagnostics",
                "-include-pch",
                "-gcc-toolchain",
                "-index-store-path",
                "-A",
                "-b",
                "-G");
        add(Effect.REFUSE, JOINED_OR_SEPARATE, "-B", "-F", "-iframework", "-ivfsoverlay");
        add(
                Effect.REFUSE,
                JOINED,
                "-Wa,",
                "-Wp,",
                "-fdiagnostics-format=json-file",
                "-fdiagnostics-format=sarif-file",
                "-march=native",
                "-mtune=native",
                "-mcpu=native",
                "--gcc-toolchain=",
                "--config",
                "-working-directory");
        REFUSED_F.forEach(spelling -> add(Effect.REFUSE, JOINED, spelling));
    }

    private void add(Effect effect, Form form, String... spellings) {
        for (String spelling : spellings) {
            if (bySpelling.put(spelling, new GccOption(spelling, form, effect)) != null) {
                throw new IllegalStateException("option " + spelling + " is in the table twice");
            }
            longest = Math.max(longest, spelling.length());
        }
    }

    /**
     * The row for {@code argument}, which begins with a dash or {@code @}.
     *
     * @return empty when it is not understood
     */
    Optional<GccOption> find(String argument) {
        for (int length = Math.min(longest, argument.length()); length > 0; length--) {
            GccOption option = bySpelling.get(argument.substring(0, length));
            if (option != null && fits(option, argument)) {
                return Optional.of(option);
            }
        }
        return isPlain(argument)
                ? Optional.of(new GccOption(argument, ALONE, Effect.KEEP))
                : Optional.empty();
    }

    private static boolean fits(GccOption option, String argument) {
        return switch (option.form()) {
            case ALONE, SEPARATE -> argument.length() == option.spelling().length();
            case JOINED, JOINED_OR_SEPARATE -> true;
        };
    }

    private static boolean isPlain(String argument) {
        return PLAIN_F.matcher(argument).matches()
                || PLAIN_W.matcher(argument).matches()
                || PLAIN_M.matcher(argument).matches()
                || isKnownF(argument);
    }

    private static boolean isKnownF(String argument) {
        int equals = argument.indexOf('=');
        return argument.startsWith("-f")
                && equals > 0
                && F_WITH_VALUE.contains(argument.substring(2, equals));
    }
}
