package io.cachepot.client.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one command line asks for. */
public sealed interface CompilerInvocation {
    /**
     * One source to one object and what goes with it; everything that the command line says is
     * understood.
     *
     * @param arguments without argv[0], response files replaced by what is in them
     * @param source as given
     * @param language of the source
     * @param object the main output, as given or as the compiler derives it; empty when it is
     *     thrown away or none is made
     * @param dependencies the list of files read that the command line asks for
     * @param sideOutputs other files that the compile writes, every one of them, each time
     * @param keyArguments those of {@code arguments} that change what is in the outputs, in order
     * @param facts what else changes it, in words of ours
     * @param preprocessorArguments those that decide what is read
     * @param forcedIncludes names after {@code -include} and {@code -imacros}, in order
     * @param inputs files besides the source that the command line names and the compiler reads
     * @param isColorExplicit whether the command line decides on colour itself
     */
    record Cacheable(
            List<String> arguments,
            String source,
            Language language,
            Optional<String> object,
            Optional<Dependencies> dependencies,
            List<String> sideOutputs,
            List<String> keyArguments,
            List<String> facts,
            List<String> preprocessorArguments,
            List<String> forcedIncludes,
            List<String> inputs,
            boolean isColorExplicit,
            Set<Trait> traits)
            implements CompilerInvocation {
        public Cacheable {
            arguments = List.copyOf(arguments);
            sideOutputs = List.copyOf(sideOutputs);
            keyArguments = List.copyOf(keyArguments);
            facts = List.copyOf(facts);
            preprocessorArguments = List.copyOf(preprocessorArguments);
            forcedIncludes = List.copyOf(forcedIncludes);
            inputs = List.copyOf(inputs);
            traits = Set.copyOf(traits);
        }

        /** Every file that the compile writes, as the command line spells it; object first. */
        public List<String> outputs() {
            var outputs = new ArrayList<String>();
            object.ifPresent(outputs::add);
            dependencies.ifPresent(list -> outputs.add(list.file()));
            outputs.addAll(sideOutputs);
            return outputs;
        }

        public boolean has(Trait trait) {
            return traits.contains(trait);
        }
    }

    /** Things that matter to those who run or key a compile. */
    enum Trait {
        /** {@code -S}: text in place of an object. */
        TEXT,

        /** The source has a suffix that only gcc knows; clang takes such a file for an object. */
        GCC_SUFFIX,

        /** {@code __DATE__} and {@code __TIME__} are macros of the command line. */
        CLOCK_DEFINED,

        /** {@code __TIMESTAMP__} is one. */
        TIMESTAMP_DEFINED,

        /** {@code -march=native}: the processor is an input. */
        NATIVE_CPU,

        /** Makes or names a precompiled header; clang's hold times of files and check them. */
        PRECOMPILED_HEADER,

        /**
         * {@code -save-temps}: clang names those files after the source, gcc after the object, and
         * here they are gcc's.
         */
        SAVE_TEMPS
    }

    /**
     * A dependency list beside the object.
     *
     * @param file where the compiler writes it
     * @param leavesOutSystemHeaders {@code -MMD}: it can not tell all that was read
     */
    record Dependencies(String file, boolean leavesOutSystemHeaders) {}

    /** A compile that is not cached, and why: the option itself, or a few words. */
    record NotCacheable(String reason) implements CompilerInvocation {}

    /** A link, a question for the version, and so on. */
    record NotCompilation() implements CompilerInvocation {}
}
