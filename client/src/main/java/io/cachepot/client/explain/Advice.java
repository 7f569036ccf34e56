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
                                    + " often, or set SOURCE_DATE_EPOCH, which fixes the first two"),
                    new Rule(
                            "a macro of the command line asks for time",
                            "define such macros in one small source instead of with -D"),
                    new Rule(
                            "input changed while it was compiled",
                            "a generated header may be written again during the build: let its"
                                    + " rule run before, and leave it alone when it is the same"),
                    new Rule(
                            "directory of precompiled headers",
                            "keep one precompiled header, not a directory of several"),
                    new Rule(
                            "computed __has_include", "name the header literally in __has_include"),
                    new Rule(
                            "a file that no dependency list names",
                            "put .incbin or #embed into a small source of its own"),
                    new Rule(
                            "an option asks for this machine's processor",
                            "name the processor, say -march=x86-64-v3, instead of native"),
                    new Rule("-save-temps", "leave it out of builds by clang that shall be cached"),
                    new Rule("-fplugin", "a plug-in can read and write anything: leave it out"),
                    new Rule("-fprofile-use", "compiles with a profile are not cached"),
                    new Rule("-MD of preprocessed source", "leave -MD out: no header is read"),
                    new Rule("-MF, -MT or -MP without -MD", "add -MD or -MMD"),
                    new Rule("-MF", "write the list of dependencies to a file of its own"),
                    new Rule("-E", "only compiles are cached, preprocessing alone is not"),
                    new Rule("-M", "use -MD beside -c: the list comes with the object"),
                    new Rule("-S with -gsplit-dwarf", "use -c"),
                    new Rule("-emit-llvm without -o", "add -o"),
                    new Rule("-o ", "write to a regular file"),
                    new Rule("-x ", "no language that is cached"),
                    new Rule("not a compile to an object", ONE_BY_ONE + ", and link apart"),
                    new Rule("multiple input files", ONE_BY_ONE),
                    new Rule("no input file", "the source does not exist or can not be read"),
                    new Rule("multiple -o", "give one -o"),
                    new Rule("compiler is a script", "name the compiler that the script runs"),
                    new Rule("unknown option", "take it out, or ask for it to be supported"),
                    new Rule(
                            "unknown source language", "give the source a known suffix, or use -x"),
                    new Rule("an output that is not a file", "write to a regular file"),
                    new Rule("output is not a regular file", "write to a regular file"),
                    new Rule(
                            "output is the source or another output",
                            "give every output a name of its own"),
                    new Rule("not written", "make room in the cache directory or make it writable"),
                    new Rule("a failed compile", "nothing to do"),
                    new Rule(
                            "incremental",
                            "set CARGO_INCREMENTAL=0, or rust.incremental = false in the settings"),
                    new Rule(
                            "a macro may read",
                            "keep what is no source out of the package's directory"),
                    new Rule(
                            "a crate that the command line does not name", "name it with --extern"),
                    new Rule("linker ", "link with gcc or clang, with -C linker if need be"),
                    new Rule(
                            "LD_LIBRARY_PATH has a library of the compiler",
                            "unset it for the build, or take that directory out"),
                    new Rule("source from standard input", "nothing to do"),
                    new Rule("missing crate", "give it on the command line"));

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
                .findFirst()
                .or(() -> ofOption(reason));
    }

    /** Of an option that is known to read or write what can not be followed. */
    private static Optional<String> ofOption(String reason) {
        return reason.startsWith("-") || reason.startsWith("@")
                ? Optional.of("leave it out of compiles that shall be cached")
                : Optional.empty();
    }
}
