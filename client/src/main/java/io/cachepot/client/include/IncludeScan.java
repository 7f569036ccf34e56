package io.cachepot.client.include;

import java.util.List;

/**
 * What the text of one file says about other files, whether or not an {@code #if} takes it: a
 * superset of what any compile of it asks for.
 *
 * @param includes literal names after {@code #include} and its kin
 * @param asked literal names inside {@code __has_include(...)}
 * @param isComputedInclude some {@code #include} names its file by a macro
 * @param isComputedQuestion some {@code __has_include} asks by a macro
 * @param hasClockMacro {@code __DATE__} or {@code __TIME__} occurs
 * @param hasTimestampMacro {@code __TIMESTAMP__} occurs: the time of the file itself
 * @param readsData {@code .incbin} or {@code #embed} occurs: files that no dependency list names
 * @param namesItself {@code __FILE__} or one of its kin occurs: how the file is called may matter
 * @param questionMacros names that stand for {@code __has_include} here: {@code #define HAS(x)
 *     __has_include(x)}
 * @param calls what looks like a call of some macro with a literal name of a file, in a condition
 *     or another macro
 * @param unreadCalls macros that are called there with something else, or under another name
 * @param joinsDirective what looks like a directive of the assembler put together by a macro of its
 *     own: it may be {@code .incbin}; of no matter where {@code \n} is more likely
 */
public record IncludeScan(
        List<IncludeName> includes,
        List<IncludeName> asked,
        boolean isComputedInclude,
        boolean isComputedQuestion,
        boolean hasClockMacro,
        boolean hasTimestampMacro,
        boolean readsData,
        boolean namesItself,
        boolean joinsDirective,
        List<String> questionMacros,
        List<Call> calls,
        List<String> unreadCalls) {
    /** For a file that was not scanned: everything may be in it. */
    public static final IncludeScan UNKNOWN =
            new IncludeScan(
                    List.of(), List.of(), true, true, true, true, true, true, true, List.of(),
                    List.of(), List.of());

    public IncludeScan {
        includes = List.copyOf(includes);
        asked = List.copyOf(asked);
        questionMacros = List.copyOf(questionMacros);
        calls = List.copyOf(calls);
        unreadCalls = List.copyOf(unreadCalls);
    }

    /** {@code MACRO("name")} or {@code MACRO(<name>)}. */
    public record Call(String macro, IncludeName name) {}

    /**
     * One name.
     *
     * @param isQuoted {@code "name"}, searched beside the file itself first; else {@code <name>}
     * @param isNext {@code #include_next}: the search begins behind the directory in which the file
     *     itself was found
     */
    public record IncludeName(String name, boolean isQuoted, boolean isNext) {}
}
