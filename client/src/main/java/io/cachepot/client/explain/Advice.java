package io.cachepot.client.explain;

import java.util.List;
import java.util.Optional;

/** What somebody can do about a reason for which a compile is not cached or its result not kept. */
public final class Advice {
    private record Rule(String beginning, String advice) {}

    private static final String ONE_BY_ONE = "compile one source to one object with -c";

    /** The first whose beginning fits. */
    private static final List<Rule> RULES =
            List.of(
                    new Rule(
                            "time macro",
                            "keep __DATE__, __TIME__ and __TIMESTAMP__ out of what is compiled"
                                    + " often: one small source that is linked in will do"),
                    new Rule(
                            "a macro of the command line asks for time",
                            "define such macros in one small source instead of with -D"),
                    new Rule(
                            "input changed while it was compiled",
                            "a generated header may be written again during the build: let its"
                                    + " rule run before, and leave it alone when it is the same"),
                    new Rule(
                            "precompiled header",
                            "build without precompiled headers: with a cache they gain little"),
                    new Rule(
                            "computed __has_include", "name the header literally in __has_include"),
                    new Rule(
                            "a file that no dependency list names",
                            "put .incbin or #embed into a small source of its own"),
                    new Rule(
                            "-march=native",
                            "name the processor, say -march=x86-64-v3: native is another thing on"
                                    + " each machine"),
                    new Rule("-mtune=native", "name the processor instead of native"),
                    new Rule("-mcpu=native", "name the processor instead of native"),
                    new Rule("-save-temps", "leave it out of builds that shall be cached"),
                    new Rule("--save-temps", "leave it out of builds that shall be cached"),
                    new Rule("-fplugin", "a plug-in can read and write anything: leave it out"),
                    new Rule("-fprofile-use", "compiles with a profile are not cached"),
                    new Rule("-E", "only compiles to an object are cached"),
                    new Rule("-M", "use -MD beside -c: the list comes with the object"),
                    new Rule("-fsyntax-only", "only compiles to an object are cached"),
                    new Rule("not a compile to an object", ONE_BY_ONE + ", and link apart"),
                    new Rule("multiple input files", ONE_BY_ONE),
                    new Rule("no input file", "the source does not exist or can not be read"),
                    new Rule("-MF, -MT or -MP without -MD", "add -MD or -MMD"),
                    new Rule("-MD without -MF", "add -MF, or name the object *.o"),
                    new Rule("multiple -o", "give one -o"),
                    new Rule("compiler is a script", "name the compiler that the script runs"),
                    new Rule("unknown option", "take it out, or ask for it to be supported"),
                    new Rule(
                            "unknown source language", "give the source a known suffix, or use -x"),
                    new Rule("output is not a regular file", "write to a regular file"),
                    new Rule("not written", "make room in the cache directory or make it writable"),
                    new Rule("a failed compile", "nothing to do"));

    private Advice() {}

    /** One sentence; empty where there is none. */
    public static Optional<String> on(String reason) {
        if (reason.endsWith(" is set")) {
            return Optional.of("unset it for the build");
        }
        if (reason.endsWith(" in front of the compiler")) {
            return Optional.of("take it out of PATH: cachepot does its work");
        }
        return RULES.stream()
                .filter(rule -> reason.startsWith(rule.beginning()))
                .map(Rule::advice)
                .findFirst();
    }
}
