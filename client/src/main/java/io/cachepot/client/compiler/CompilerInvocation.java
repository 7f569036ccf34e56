package io.cachepot.client.compiler;

import java.util.List;
import java.util.Optional;

/** What one command line asks for. */
public sealed interface CompilerInvocation {
    /**
     * One source to one object; everything that the command line says is understood.
     *
     * @param arguments as given, without argv[0]
     * @param source as given
     * @param output the object, as given or as the compiler derives it
     * @param dependencies the list of files read that the command line asks for
     * @param keyArguments those of {@code arguments} that change what is in the outputs, in order
     * @param forcedIncludes names after {@code -include} and {@code -imacros}, in order
     * @param isColorExplicit whether the command line decides on colour itself
     * @param language as {@code -x} names it
     */
    record Cacheable(
            List<String> arguments,
            String source,
            String output,
            Optional<Dependencies> dependencies,
            List<String> keyArguments,
            List<String> forcedIncludes,
            boolean isColorExplicit,
            String language)
            implements CompilerInvocation {
        public Cacheable {
            arguments = List.copyOf(arguments);
            keyArguments = List.copyOf(keyArguments);
            forcedIncludes = List.copyOf(forcedIncludes);
        }
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
