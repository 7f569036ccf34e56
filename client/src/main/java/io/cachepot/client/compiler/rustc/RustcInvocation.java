package io.cachepot.client.compiler.rustc;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one command line of rustc, or of a program that stands for it, asks for. */
public sealed interface RustcInvocation {
    /** A question for the version, for names of files, and so on. */
    record NotCompilation() implements RustcInvocation {}

    /** A compile that is not cached, and why: the option itself, or a few words. */
    record NotCacheable(String reason) implements RustcInvocation {}

    /**
     * One crate; everything that the command line says is understood.
     *
     * @param source the crate's root, as given
     * @param crateName as given
     * @param crateTypes what is made of it
     * @param emitted kinds of output
     * @param outDirectory as given; empty for the directory in which the compiler runs
     * @param outputs every file that is written, as the command line spells it
     * @param dependencyList which of {@code outputs} is the dependency list, if one is asked for
     * @param externs crates that are named
     * @param searched where other crates and native libraries are looked for, in order
     * @param libraries values of {@code -l}
     * @param keyArguments what changes the outputs, in order and without places
     * @param inputs files besides sources and crates that the command line names
     * @param linking what the linker is told; empty when none is run
     * @param target as given; empty for the host
     * @param diagnosticWidth columns, where the command line says
     */
    record Crate(
            String source,
            String crateName,
            Set<CrateType> crateTypes,
            Set<Emit> emitted,
            Optional<String> outDirectory,
            List<String> outputs,
            OptionalInt dependencyList,
            List<Extern> externs,
            List<SearchPath> searched,
            List<String> libraries,
            List<String> keyArguments,
            List<String> inputs,
            Optional<Linking> linking,
            Optional<String> target,
            Optional<String> diagnosticWidth,
            Set<Trait> traits)
            implements RustcInvocation {
        public Crate {
            crateTypes = Set.copyOf(crateTypes);
            emitted = Set.copyOf(emitted);
            outputs = List.copyOf(outputs);
            externs = List.copyOf(externs);
            searched = List.copyOf(searched);
            libraries = List.copyOf(libraries);
            keyArguments = List.copyOf(keyArguments);
            inputs = List.copyOf(inputs);
            traits = Set.copyOf(traits);
        }

        public boolean has(Trait trait) {
            return traits.contains(trait);
        }

        /** The same with one more. */
        public Crate with(Trait trait) {
            var more = new HashSet<>(traits);
            more.add(trait);
            return new Crate(
                    source,
                    crateName,
                    crateTypes,
                    emitted,
                    outDirectory,
                    outputs,
                    dependencyList,
                    externs,
                    searched,
                    libraries,
                    keyArguments,
                    inputs,
                    linking,
                    target,
                    diagnosticWidth,
                    more);
        }

        /** Whether code of other crates goes into an output, not only what they promise. */
        public boolean takesCode() {
            return emitted.contains(Emit.LINK)
                    && crateTypes.stream().anyMatch(type -> type != CrateType.RLIB);
        }
    }

    /** What is made of a crate; {@code lib} is an rlib. */
    enum CrateType {
        BIN,
        RLIB,
        DYLIB,
        CDYLIB,
        STATICLIB,
        PROC_MACRO;

        static @Nullable CrateType named(String name) {
            return switch (name) {
                case "bin" -> BIN;
                case "lib", "rlib" -> RLIB;
                case "dylib" -> DYLIB;
                case "cdylib" -> CDYLIB;
                case "staticlib" -> STATICLIB;
                case "proc-macro" -> PROC_MACRO;
                default -> null;
            };
        }

        /** Whether a linker makes it. */
        boolean isLinked() {
            return this != RLIB && this != STATICLIB;
        }

        /** The file's name on ELF systems. */
        String fileName(String stem) {
            return switch (this) {
                case BIN -> stem;
                case RLIB -> "lib" + stem + ".rlib";
                case STATICLIB -> "lib" + stem + ".a";
                case DYLIB, CDYLIB, PROC_MACRO -> "lib" + stem + ".so";
            };
        }
    }

    /** Kinds of output that are cached. */
    enum Emit {
        LINK,
        METADATA,
        DEP_INFO
    }

    /** Things that matter to those who run or key a compile. */
    enum Trait {
        /** {@code -C target-cpu=native}: the processor is an input. */
        NATIVE_CPU,

        /** The command line decides on colour itself, or wants JSON. */
        COLOR_EXPLICIT,

        /** {@code -C incremental} was there and is to be left out. */
        INCREMENTAL,

        /** Lints of clippy read its configuration. */
        CLIPPY
    }

    /**
     * {@code --extern}.
     *
     * @param options {@code priv}, {@code noprelude} and so on, as given
     * @param path empty where the crate is searched
     */
    record Extern(String options, String name, Optional<String> path) {}

    /**
     * {@code -L}.
     *
     * @param kind {@code dependency}, {@code crate}, {@code native}, {@code framework} or {@code
     *     all}
     */
    record SearchPath(String kind, String directory) {
        public boolean hasCrates() {
            return kind.equals("dependency") || kind.equals("crate") || kind.equals("all");
        }

        public boolean hasNativeLibraries() {
            return kind.equals("native") || kind.equals("all") || kind.equals("framework");
        }
    }

    /**
     * For the linker.
     *
     * @param linker {@code -C linker}; empty for the target's own
     * @param arguments {@code -C link-arg} and {@code -C link-args}, one by one
     */
    record Linking(Optional<String> linker, List<String> arguments) {
        public Linking {
            arguments = List.copyOf(arguments);
        }
    }
}
