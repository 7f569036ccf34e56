package io.cachepot.client.compiler.gcc;

import static io.cachepot.client.compiler.gcc.GccOption.Form.ALONE;
import static io.cachepot.client.compiler.gcc.GccOption.Form.JOINED;
import static io.cachepot.client.compiler.gcc.GccOption.Form.JOINED_OR_SEPARATE;
import static io.cachepot.client.compiler.gcc.GccOption.Form.SEPARATE;

import io.cachepot.client.compiler.gcc.GccOption.Effect;
import io.cachepot.client.compiler.gcc.GccOption.Form;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The options of gcc and clang that we understand, as a table; the longest spelling that fits wins.
 * Whatever is not in it is a reason not to cache. Sources: GCC 12 manual, "Invoking GCC"; clang 14
 * "Command line reference"; what {@code gcc --help=…} and {@code clang --help-hidden} list.
 */
final class GccOptions {
    /** {@code -fname} without a value: a switch of code generation or diagnostics. */
    private static final Pattern PLAIN_F = Pattern.compile("-f[a-z][a-zA-Z0-9_+-]*");

    private static final Pattern PLAIN_W = Pattern.compile("-W[a-zA-Z0-9+=_.-]*");
    private static final Pattern PLAIN_M =
            Pattern.compile("-m[a-zA-Z0-9._+-]+(=[a-zA-Z0-9._+,:!/ -]*)?");
    private static final Pattern PLAIN_G = Pattern.compile("-g(no-)?[a-z][a-z0-9-]*[0-9]?");

    /**
     * {@code -fname=value} where value is a word or a number, never a file that is read or written.
     */
    private static final Set<String> F_WITH_VALUE =
            Set.of(
                    words(
                            """
                            abi-compat-version abi-version align-functions align-jumps
                            align-labels align-loops aligned-new altivec-src-compat
                            analyzer-checker analyzer-verbosity asan-shadow-offset
                            basic-block-sections binutils-version bracket-depth c++-abi
                            callgraph-info cf-protection clang-abi-compat
                            comment-block-commands complex-arithmetic
                            concepts-diagnostics-depth const-string-class
                            constexpr-backtrace-limit constexpr-cache-depth constexpr-depth
                            constexpr-loop-limit constexpr-ops-limit constexpr-steps
                            coverage-compilation-dir coverage-prefix-map debug-compilation-dir
                            debug-default-version debug-prefix-map denormal-fp-math
                            denormal-fp-math-f32 diagnostics-column-origin
                            diagnostics-column-unit diagnostics-escape-format
                            diagnostics-format diagnostics-hotness-threshold
                            diagnostics-minimum-margin-width diagnostics-path-format
                            diagnostics-show-location diagnostics-urls
                            emit-struct-debug-detailed error-limit exception-model
                            excess-precision exec-charset extend-arguments
                            file-compilation-dir file-prefix-map fp-contract fp-eval-method
                            fp-exception-behavior fp-model fuchsia-api-level gnat-encodings
                            gnuc-version gpu-inline-threshold inline-limit input-charset
                            instrument-functions-exclude-file-list
                            instrument-functions-exclude-function-list ira-algorithm
                            ira-region ira-verbose ivar-visibility lax-vector-conversions
                            lifetime-dse live-patching lto lto-compression-level lto-jobs
                            lto-partition macro-backtrace-limit macro-prefix-map max-errors
                            max-include-depth max-tokens max-type-align memory-profile
                            message-length ms-compatibility-version msc-version new-alignment
                            no-builtin no-sanitize no-sanitize-coverage no-sanitize-recover
                            no-sanitize-trap objc-abi-version objc-runtime objc-std openmp
                            openmp-version operator-arrow-depth pack-struct
                            patchable-function-entry permitted-flt-eval-methods
                            profile-info-section random-seed randomize-layout-seed
                            reorder-blocks-algorithm sanitize sanitize-address-destructor
                            sanitize-address-field-padding sanitize-address-use-after-return
                            sanitize-coverage sanitize-hwaddress-abi
                            sanitize-memory-track-origins sanitize-recover sanitize-sections
                            sanitize-trap sanitize-undefined-strip-path-components
                            sched-stalled-insns sched-stalled-insns-dep sched-verbose
                            show-overloads simd-cost-model spell-checking-limit sso-struct
                            stack-check stack-limit-register stack-limit-symbol
                            stack-protector stack-reuse strict-flex-arrays strong-eval-order
                            swift-async-fp tabstop template-backtrace-limit template-depth
                            time-trace-granularity tls-model track-macro-expansion
                            trap-function trapv-handler tree-parallelize-loops
                            tree-vectorizer-verbose trivial-auto-var-init
                            trivial-auto-var-init-max-size trivial-auto-var-init-stop-after
                            use-ld veclib vect-cost-model visibility visibility-dllexport
                            visibility-externs-dllimport visibility-externs-nodllstorageclass
                            visibility-global-new-delete visibility-nodllstorageclass
                            wide-exec-charset xray-function-groups xray-instruction-threshold
                            xray-instrumentation-bundle xray-modes
                            xray-selected-function-group zero-call-used-regs
                            """));

    /** By their beginning: they write or read files of their own, or tell time. */
    private static final String REFUSED_F =
            """
            -fada-spec -fapinotes -fauto-profile -fbranch-probabilities -fbuild-session
            -fcompare-debug -fcreate-profile -fcs-profile-use -fcxx-modules -fdbg-cnt
            -fdiagnostics-add-output -fdiagnostics-format=json-file -fdiagnostics-format=sarif
            -fdiagnostics-generate-patch -fdiagnostics-parseable -fdiagnostics-set-output
            -fdirectives-only -fdisable- -fdump -fembed-bitcode -fembed-offload -fenable- -fimplicit-module
            -flto-report -fmem-report -fmemory-profile-use -fminimize-whitespace -fmodule
            -fmultilib -foffload -fopt-info- -foptimization-record-file -fpass-plugin -fpch -fplugin
            -fpost-ipa-mem-report -fpre-include -fpre-ipa-mem-report -fprebuilt -fpreprocessed
            -fproc-stat-report -fprofile-note -fprofile-use -frecord-command-line
            -frecord-gcc-switches -frepo -freport-bug -frewrite -fsave-optimization-record
            -fself-test -fthin-link-bitcode -fthinlto -ftime-report -ftime-trace= -fvtable-verify
            """;

    /** Spelling to row. {@link #find} tries the longest first. */
    private final Map<String, GccOption> bySpelling = new HashMap<>();

    private int longest;

    /** After the lists that it is made of. */
    static final GccOptions TABLE = new GccOptions();

    private GccOptions() {
        add(Effect.COMPILE, ALONE, "-c --compile");
        add(Effect.COMPILE_TO_TEXT, ALONE, "-S --assemble");
        add(Effect.CHECK, ALONE, "-fsyntax-only");
        add(Effect.PREPROCESS, ALONE, "-E --preprocess -M -MM --dependencies --user-dependencies");
        add(Effect.OUTPUT, JOINED_OR_SEPARATE, "-o");
        add(Effect.OUTPUT, SEPARATE, "--output");
        add(Effect.OUTPUT, JOINED, "--output=");
        add(Effect.LANGUAGE, JOINED_OR_SEPARATE, "-x");
        add(Effect.LANGUAGE, SEPARATE, "--language");
        add(Effect.LANGUAGE, JOINED, "--language=");
        addDependencyLists();
        add(
                Effect.COLOR,
                ALONE,
                """
                -fdiagnostics-color -fno-diagnostics-color -fcolor-diagnostics
                -fno-color-diagnostics -fdiagnostics-plain-output
                """);
        add(Effect.COLOR, JOINED, "-fdiagnostics-color=");
        addWhatIsRead();
        addOutputs();
        addPassedOn();
        addPlain();
        add(
                Effect.QUESTION,
                ALONE,
                """
                -v --verbose --version --help -### -dumpversion -dumpfullversion
                -dumpmachine -dumpspecs --target-help -r --help-hidden -help
                """);
        add(Effect.QUESTION, JOINED, "-print- --print- --help=");
        addRefused();
    }

    private void addDependencyLists() {
        add(Effect.DEPENDENCIES, ALONE, "-MD --write-dependencies");
        add(Effect.DEPENDENCIES_WITHOUT_SYSTEM, ALONE, "-MMD --write-user-dependencies");
        add(Effect.DEPENDENCY_PHONY, ALONE, "-MP");
        add(Effect.DEPENDENCY_FILE, JOINED_OR_SEPARATE, "-MF");
        add(Effect.DEPENDENCY_TARGET, JOINED_OR_SEPARATE, "-MT -MQ");
    }

    private void addWhatIsRead() {
        add(Effect.DEFINITION, JOINED_OR_SEPARATE, "-D");
        add(Effect.DEFINITION, JOINED, "--define-macro=");
        add(Effect.DEFINITION, SEPARATE, "--define-macro");
        add(Effect.FORCED_INCLUDE, JOINED_OR_SEPARATE, "-include -imacros");
        add(Effect.FORCED_INCLUDE, SEPARATE, "--include --imacros");
        add(Effect.FORCED_INCLUDE, JOINED, "--include= --imacros=");
        add(
                Effect.KEEP,
                JOINED_OR_SEPARATE,
                """
                -U -I -A -iquote -isystem -idirafter -isysroot -iprefix -iwithprefix
                -iwithprefixbefore -imultilib -iwithsysroot -cxx-isystem
                -stdlib++-isystem -c-isystem
                """);
        add(Effect.KEEP, SEPARATE, "--sysroot -target --include-directory --undefine-macro");
        add(
                Effect.KEEP,
                JOINED,
                """
                --sysroot= --target= -stdlib= --stdlib= -std= --std= --include-directory=
                --undefine-macro= -rtlib= --rtlib= -unwindlib= --unwindlib=
                """);
        add(
                Effect.FILE_INPUT,
                JOINED,
                """
                -fsanitize-blacklist= -fsanitize-ignorelist= -fsanitize-system-ignorelist=
                -fsanitize-coverage-allowlist= -fsanitize-coverage-ignorelist=
                -fsanitize-system-blacklist= -fsanitize-coverage-whitelist= -fsanitize-coverage-blacklist=
                -fprofile-list= -fprofile-instr-use= -fprofile-sample-use=
                -fprofile-remapping-file= -fxray-always-instrument=
                -fxray-never-instrument= -fxray-attr-list= -frandomize-layout-seed-file=
                -fbasic-block-sections=list=
                """);
        add(Effect.PRECOMPILED_HEADER, SEPARATE, "-include-pch --include-pch");
        add(Effect.NATIVE_CPU, ALONE, "-march=native -mtune=native -mcpu=native");
    }

    private void addOutputs() {
        sideOutput(".su", ALONE, "-fstack-usage");
        sideOutput(".ci", ALONE, "-fcallgraph-info");
        sideOutput(".ci", JOINED, "-fcallgraph-info=");
        sideOutput(".gcno", ALONE, "-ftest-coverage --coverage -coverage");
        sideOutput(".dwo", ALONE, "-gsplit-dwarf -gsplit-dwarf=split");
        sideOutput(".json", ALONE, "-ftime-trace");
        add(
                Effect.KEEP_WITH_NAME,
                ALONE,
                """
                -fprofile-arcs -fprofile-generate -fprofile-instr-generate
                -fcs-profile-generate -fcoverage-mapping
                -gsplit-dwarf=single -fprofile-abs-path
                """);
        add(
                Effect.KEEP_WITH_NAME,
                JOINED,
                """
                -fprofile-generate= -fprofile-instr-generate= -fprofile-dir=
                -fprofile-update= -fprofile-prefix-path= -fprofile-prefix-map=
                -fprofile-filter-files= -fprofile-exclude-files= -fcs-profile-generate=
                -fprofile-function-groups= -fprofile-selected-function-group=
                -fprofile-continuous= -fprofile-reproducible=
                """);
        add(Effect.FILE_OUTPUT, SEPARATE, "--serialize-diagnostics -serialize-diagnostics");
        add(Effect.FILE_OUTPUT, SEPARATE, "-aux-info");
        add(Effect.SAVE_TEMPS, ALONE, "-save-temps --save-temps");
        add(Effect.SAVE_TEMPS, ALONE, "-save-temps=obj --save-temps=obj");
    }

    private void addPassedOn() {
        add(Effect.TO_ASSEMBLER, JOINED, "-Wa,");
        add(Effect.TO_ASSEMBLER, SEPARATE, "-Xassembler --for-assembler");
        add(Effect.TO_PREPROCESSOR, JOINED, "-Wp,");
        add(Effect.TO_PREPROCESSOR, SEPARATE, "-Xpreprocessor");
        add(Effect.TO_FRONTEND, SEPARATE, "-Xclang");
        add(Effect.TO_FRONTEND, JOINED, "-Xclang=");
        add(Effect.TO_LLVM, SEPARATE, "-mllvm");
        add(Effect.TO_LLVM, JOINED, "-mllvm=");
        add(Effect.KEEP, SEPARATE, "-Xlinker --for-linker -Wl");
        add(Effect.KEEP, JOINED, "-Wl, --for-linker=");
    }

    private void addPlain() {
        add(Effect.KEEP, JOINED_OR_SEPARATE, "-L -l -u -z -T");
        add(Effect.KEEP, SEPARATE, "--param -fdebug-compilation-dir -imultiarch");
        add(
                Effect.KEEP,
                JOINED,
                """
                --param= -O -gz -gdescribe-dies --optimize= -gvariable-location-views= -R
                -fchecking= --system-header-prefix= --no-system-header-prefix=
                """);
        add(
                Effect.KEEP,
                ALONE,
                """
                -ansi --ansi -nostdinc -nostdinc++ -nostdlibinc -nobuiltininc -undef -pipe
                --pipe -pthread -pthreads -pedantic -pedantic-errors --pedantic
                --pedantic-errors -w --no-warnings -trigraphs --trigraphs -traditional
                -traditional-cpp -p -pg --profile -H --trace-includes -Qn -Qy
                -Qunused-arguments -integrated-as -no-integrated-as -ObjC -ObjC++
                -emit-llvm -no-canonical-prefixes -canonical-prefixes -fPIC -fPIE
                -fno-PIC -fno-PIE -pass-exit-codes -gno-record-gcc-switches --extra-warnings
                --all-warnings -fpch-instantiate-templates --optimize --no-standard-includes
                --traditional-cpp --start-no-unused-arguments --end-no-unused-arguments
                -enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang
                -relocatable-pch --debug -gxcoff+ -g -g0 -g1 -g2 -g3 -ggdb -ggdb0 -ggdb1 -ggdb2
                -ggdb3 -gstabs -gstabs+ -gstabs0 -gstabs1 -gstabs2 -gstabs3 -gvms -gxcoff
                -gcoff -gbtf -gctf -gctf0 -gctf1 -gctf2
                """);
        add(
                Effect.KEEP,
                ALONE,
                """
                -s -static --static -static-pie -static-libgcc -static-libstdc++ -shared
                --shared -shared-libgcc -rdynamic -pie -no-pie -nopie -nostdlib
                --no-standard-libraries -nodefaultlibs -nostartfiles -nolibc -symbolic
                -nostdlib++ -static-libasan -shared-libasan -shared-libsan -static-libsan -static-openmp -rpath
                """);
    }

    private void addRefused() {
        add(
                Effect.REFUSE,
                ALONE,
                """
                - -I- -MG -P -C -CC -remap -time -Q -no-integrated-cpp
                -grecord-gcc-switches -grecord-command-line -verify --analyze -fhelp
                -ftarget-help -save-temps=cwd --save-temps=cwd -rewrite-objc
                -rewrite-legacy-objc --precompile -extract-api
                -MV
                """);
        add(
                Effect.REFUSE,
                JOINED,
                """
                @ -save-temps= --save-temps= -time= -specs= --specs= -d
                -gsplit-dwarf= --gcc-toolchain= --gcc-install-dir= --config=
                -working-directory -fcrash-diagnostics -wrapper= -resource-dir=
                --offload -Xarch_ -Xopenmp- -Xthinlto --cuda -cl- -ccc-
                --ptxas -dyld -J --embed-dir= --amdgpu --analyzer --assert --comments --completion
                --config- --driver-mode= --dump --emit- --gpu- --hip --include-barrier
                --include-prefix --include-with-prefix --include-directory-after
                --libomptarget --migrate --no-cuda --no-gpu --no-line-commands
                --no-offload --output-pch --rocm --rsp-quoting --verify -Xcuda -arcmt
                -aux-info= -cpp= -cuid= -emit- -fhelp= -fopenacc-dim= -fopenmp-targets=
                -foptimization-record-passes -fuse-cuid= -ibuiltininc -index- -iplugindir=
                -nogpu -nohip -quiet -save-stats -sycl -verify- -via-file-asm
                """);
        add(
                Effect.REFUSE,
                SEPARATE,
                """
                -Xarch_host -Xarch_device -Xanalyzer -wrapper -specs -arch
                -gcc-toolchain -index-store-path -b -G -V -resource-dir -dumpdir
                -dumpbase -dumpbase-ext -MJ --config -embed-dir
                """);
        add(Effect.REFUSE, JOINED_OR_SEPARATE, "-B -F -iframework -ivfsoverlay");
        add(Effect.REFUSE, JOINED, REFUSED_F);
    }

    private static String[] words(String text) {
        return text.strip().split("\\s+");
    }

    private void sideOutput(String suffix, Form form, String spellings) {
        for (String spelling : words(spellings)) {
            add(new GccOption(spelling, form, Effect.SIDE_OUTPUT, suffix));
        }
    }

    private void add(Effect effect, Form form, String spellings) {
        for (String spelling : words(spellings)) {
            add(new GccOption(spelling, form, effect));
        }
    }

    private void add(GccOption option) {
        if (bySpelling.put(option.spelling(), option) != null) {
            throw new IllegalStateException(
                    "option " + option.spelling() + " is in the table twice");
        }
        longest = Math.max(longest, option.spelling().length());
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
                || PLAIN_G.matcher(argument).matches()
                || isKnownF(argument);
    }

    private static boolean isKnownF(String argument) {
        int equals = argument.indexOf('=');
        return argument.startsWith("-f")
                && equals > 0
                && F_WITH_VALUE.contains(argument.substring(2, equals));
    }
}
