package io.cachepot.client.coordinator;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command line, and what cachepot is expected to make of it when it is run again.
 *
 * @param command a shell's, in which {@code @cc} and {@code @cxx} stand for the compilers of each
 *     family in turn, and {@code @} before any other name that is a compiler's for that one
 * @param place where it is written
 */
record Quirk(Expectation expectation, String command, String place) {
    private static final Pattern COMPILER =
            Pattern.compile(
                    "@((?:[\\w./$\\-]*?)(?:cc|cxx|clang|[gc]\\+\\+|clang\\+\\+)(?:-\\d+)?)(?=[\\s\"']|$)");

    /** What the second run through cachepot is expected to be. */
    sealed interface Expectation {
        /** Every compiler of the command is answered from the cache. */
        record Hit() implements Expectation {}

        /** Not cached, and the statistics say why with these words. */
        record Passes(String reason) implements Expectation {}

        /** The compiler fails, which is never cached. */
        record Fails() implements Expectation {}

        /** Whether it is cached is nobody's promise; only what it leaves is looked at. */
        record Either() implements Expectation {}
    }

    /** Compilers of one family. */
    enum Family {
        GCC("gcc", "g++"),
        CLANG("clang", "clang++");

        final String cc;
        final String cxx;

        Family(String cc, String cxx) {
            this.cc = cc;
            this.cxx = cxx;
        }
    }

    /** Whether the command asks for {@code family}: one that names no compiler of its own does. */
    boolean isFor(Family family) {
        Matcher matcher = COMPILER.matcher(command);
        while (matcher.find()) {
            String name = matcher.group(1);
            if (!name.equals("cc") && !name.equals("cxx")) {
                return name.contains("clang") == (family == Family.CLANG);
            }
        }
        return true;
    }

    /** How often a compiler is run. */
    int compilers() {
        return (int) COMPILER.matcher(command).results().count();
    }

    /** The command as a shell gets it, with {@code prefix} before each compiler. */
    String commandFor(Family family, String prefix) {
        return COMPILER.matcher(command)
                .replaceAll(match ->
                        Matcher.quoteReplacement(
                                prefix
                                        + switch (match.group(1)) {
                                            case "cc" -> family.cc;
                                            case "cxx" -> family.cxx;
                                            case String other -> other;
                                        }));
    }

    /**
     * Command lines that share a project.
     *
     * @param files what the project holds, by name
     * @param preparations shell commands that are run once, without cachepot
     * @param changes files by name and new text; a name without text is a shell command
     * @param masks what a compiler does not do the same way twice, as text in what it prints and
     *     writes, and in the names of its files
     * @param varying names of files whose content is another one at each run of the compiler
     */
    record Group(
            String name,
            List<Text> files,
            List<String> preparations,
            List<Text> changes,
            List<String> changeCommands,
            List<Pattern> masks,
            List<Pattern> varying,
            List<Quirk> quirks) {}

    /** A file and what is in it. */
    record Text(String name, String text) {}
}
