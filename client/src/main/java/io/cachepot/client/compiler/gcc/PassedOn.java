package io.cachepot.client.compiler.gcc;

import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Options that a driver hands to another program ({@code -Wa,}, {@code -Wp,}, {@code -Xclang} and
 * their kin), one argument at a time. Each program has a small table of what is known to be
 * harmless; the rest is a reason not to cache. Sources: {@code as --help}, GCC manual "Preprocessor
 * Options", clang's {@code Options.td}.
 */
final class PassedOn {
    /** Of the assembler: they change the object, nothing else. */
    private static final Pattern AS_HARMLESS =
            Pattern.compile(
                    "--(no-?)?(execstack|gdwarf-[2345]|gstabs\\+?|warn|fatal-warnings|32|64|x32"
                            + "|strip-local-absolute|keep-locals|divide|alternate|reduce-memory-overheads"
                            + "|traditional-format|pad-sections|size-check=[a-z]+|elf-stt-common=[a-z]+"
                            + "|generate-missing-build-notes=[a-z]+|compress-debug-sections(=[a-z0-9-]+)?"
                            + "|sectname-subst|gdwarf-cie-version=[0-9]|crel)"
                            + "|-[mM][a-zA-Z0-9.,_+=-]*|-W|-g|-L|-n|-I.*");

    /** A listing; {@code g} in it would tell the time. */
    private static final Pattern AS_LISTING = Pattern.compile("-a[cdhlmns]*(=(.+))?");

    private static final Pattern FRONTEND_HARMLESS =
            Pattern.compile(
                    "-fno-pch-timestamp|-W[a-zA-Z0-9+=-]*|-std=.*|-disable-[a-zA-Z0-9-]+|-no-opaque-pointers"
                            + "|-opaque-pointers|-fallow-half-arguments-and-returns|-fnative-half-type"
                            + "|-finclude-default-header|-fdeclare-opencl-builtins|-fno-[a-z0-9-]+"
                            + "|-ffast-math|-fcolor-diagnostics|-menable-[a-z-]+|-fexperimental-[a-z-]+"
                            + "|-fdebug-info-[a-z-]+|-debug-info-kind=[a-z-]+|-fpch-instantiate-templates"
                            + "|-enable-trivial-auto-var-init-[a-z-]+|-fsigned-char|-ferror-limit|-fintegrated-cc1");

    /** Of the front end, those with a harmless value in the next argument. */
    private static final Set<String> FRONTEND_WITH_VALUE =
            Set.of("-target-feature", "-target-cpu", "-tune-cpu", "-fdebug-compilation-dir");

    private static final Pattern LLVM_HARMFUL =
            Pattern.compile(
                    "(?i).*(file|path|dump|output|dot-|view-|time|stats|profile|load|dir|record|emit|save|export|import).*");

    private final Function<String, Meaning> table;
    private @Nullable Function<String, Meaning> waiting;

    private PassedOn(Function<PassedOn, Function<String, Meaning>> table) {
        this.table = table.apply(this);
    }

    /** What one argument does. */
    sealed interface Meaning {
        /** Whether it decides what is read. */
        default boolean isForPreprocessor() {
            return false;
        }

        /** Part of the key, nothing more. */
        record Kept(boolean isForPreprocessor) implements Meaning {}

        /** A macro. */
        record Defined(String text) implements Meaning {
            @Override
            public boolean isForPreprocessor() {
                return true;
            }
        }

        record Included(String name) implements Meaning {
            @Override
            public boolean isForPreprocessor() {
                return true;
            }
        }

        /** A precompiled header. */
        record Read(String file) implements Meaning {
            @Override
            public boolean isForPreprocessor() {
                return true;
            }
        }

        record MakesHeader() implements Meaning {}

        record Written(String file) implements Meaning {}

        /** A dependency list in {@code file}. */
        record Lists(String file, boolean isWithoutSystem) implements Meaning {}

        record Refused() implements Meaning {}
    }

    static PassedOn toAssembler() {
        return new PassedOn(self -> self::assembler);
    }

    static PassedOn toPreprocessor() {
        return new PassedOn(self -> self::preprocessor);
    }

    static PassedOn toFrontend() {
        return new PassedOn(self -> self::frontend);
    }

    /** What {@code argument} means after those before it. */
    Meaning take(String argument) {
        if (waiting != null) {
            Function<String, Meaning> value = waiting;
            waiting = null;
            return value.apply(argument);
        }
        return table.apply(argument);
    }

    /** Whether the last argument still wants its value. */
    boolean isWaiting() {
        return waiting != null;
    }

    private Meaning wait(boolean isForPreprocessor, Function<String, Meaning> value) {
        waiting = value;
        return new Meaning.Kept(isForPreprocessor);
    }

    private Meaning assembler(String argument) {
        var listing = AS_LISTING.matcher(argument);
        if (listing.matches()) {
            return listing.group(2) == null
                    ? new Meaning.Kept(false)
                    : new Meaning.Written(listing.group(2));
        }
        if (argument.equals("--defsym")) {
            return wait(false, _ -> new Meaning.Kept(false));
        }
        return AS_HARMLESS.matcher(argument).matches()
                ? new Meaning.Kept(false)
                : new Meaning.Refused();
    }

    /** As cc1 reads them: its {@code -MD} takes a file. */
    private Meaning preprocessor(String argument) {
        return switch (argument) {
            case "-MD" -> wait(false, file -> new Meaning.Lists(file, false));
            case "-MMD" -> wait(false, file -> new Meaning.Lists(file, true));
            case "-D" -> wait(true, Meaning.Defined::new);
            case "-U", "-I" -> wait(true, _ -> new Meaning.Kept(true));
            case "-P", "-C", "-CC" -> new Meaning.Refused();
            default -> {
                if (argument.startsWith("-D")) {
                    yield new Meaning.Defined(argument.substring(2));
                }
                yield argument.startsWith("-U") || argument.startsWith("-I")
                        ? new Meaning.Kept(true)
                        : new Meaning.Refused();
            }
        };
    }

    private Meaning frontend(String argument) {
        return switch (argument) {
            case "-include" -> wait(true, Meaning.Included::new);
            case "-include-pch" -> wait(true, Meaning.Read::new);
            case "-emit-pch" -> new Meaning.MakesHeader();
            case "-D" -> wait(true, Meaning.Defined::new);
            case "-mllvm" ->
                    wait(
                            false,
                            value ->
                                    isLlvmHarmless(value)
                                            ? new Meaning.Kept(false)
                                            : new Meaning.Refused());
            default -> {
                if (FRONTEND_WITH_VALUE.contains(argument)) {
                    yield wait(true, _ -> new Meaning.Kept(true));
                }
                if (argument.startsWith("-D") && argument.length() > 2) {
                    yield new Meaning.Defined(argument.substring(2));
                }
                yield FRONTEND_HARMLESS.matcher(argument).matches()
                        ? new Meaning.Kept(true)
                        : new Meaning.Refused();
            }
        };
    }

    /** Whether an option of LLVM neither reads nor writes a file nor tells the time. */
    static boolean isLlvmHarmless(String value) {
        return value.startsWith("-") && !LLVM_HARMFUL.matcher(value).matches();
    }
}
