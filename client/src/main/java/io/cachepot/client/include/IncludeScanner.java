package io.cachepot.client.include;

import io.cachepot.client.include.IncludeScan.Call;
import io.cachepot.client.include.IncludeScan.IncludeName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds names of files in C source text by looking at bytes, without preprocessing. It may report
 * more than a compiler would ask for (text in comments, in untaken branches), never less: what it
 * can not read for sure it reports as computed.
 *
 * <p>Backslash-newlines are joined and comments between {@code #} and the name are skipped only
 * where they can hide a name; the spellings {@code %:} and {@code ??=} of {@code #} are known (C11
 * 6.4.6, 5.2.1.1).
 */
final class IncludeScanner {
    private static final int NAME_CHARS_MAX = 4096;
    private static final Definition NO_DEFINITION = new Definition("", "", 0);

    private final byte[] text;
    private final Set<IncludeName> includes = new LinkedHashSet<>();
    private final Set<IncludeName> asked = new LinkedHashSet<>();
    private boolean isComputedInclude;
    private boolean isComputedQuestion;
    private boolean hasClockMacro;
    private boolean hasTimestampMacro;
    private boolean readsData;
    private boolean namesItself;
    private boolean joinsDirective;
    private final Set<String> questionMacros = new LinkedHashSet<>();
    private final Set<Call> calls = new LinkedHashSet<>();
    private final Set<String> unreadCalls = new LinkedHashSet<>();

    private IncludeScanner(byte[] text) {
        this.text = text;
    }

    static IncludeScan scan(byte[] content) {
        var scanner = new IncludeScanner(joinLines(content));
        scanner.scanAll();
        return new IncludeScan(
                new ArrayList<>(scanner.includes),
                new ArrayList<>(scanner.asked),
                scanner.isComputedInclude,
                scanner.isComputedQuestion,
                scanner.hasClockMacro,
                scanner.hasTimestampMacro,
                scanner.readsData,
                scanner.namesItself,
                scanner.joinsDirective,
                new ArrayList<>(scanner.questionMacros),
                new ArrayList<>(scanner.calls),
                new ArrayList<>(scanner.unreadCalls));
    }

    /** Without backslash-newline pairs (translation phase 2), which could cut a keyword in two. */
    private static byte[] joinLines(byte[] content) {
        if (!hasJoin(content)) {
            return content;
        }
        byte[] joined = new byte[content.length];
        int length = 0;
        for (int i = 0; i < content.length; i++) {
            int skip = content[i] == '\\' ? lineEndAfter(content, i + 1) : 0;
            if (skip > 0) {
                i += skip;
            } else {
                joined[length++] = content[i];
            }
        }
        return Arrays.copyOf(joined, length);
    }

    private static boolean hasJoin(byte[] content) {
        for (int i = 0; i + 1 < content.length; i++) {
            if (content[i] == '\\' && lineEndAfter(content, i + 1) > 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * How many bytes of blanks and a line's end stand at {@code at}; 0 when there is something
     * else. gcc allows the blanks.
     */
    private static int lineEndAfter(byte[] content, int at) {
        int i = at;
        while (i < content.length
                && (content[i] == ' ' || content[i] == '\t' || content[i] == '\r')) {
            i++;
        }
        return i < content.length && content[i] == '\n' ? i - at + 1 : 0;
    }

    /** One pass; every byte that can begin something of interest is rare in source. */
    private void scanAll() {
        for (int i = 0; i < text.length; i++) {
            switch (text[i]) {
                case '#' -> directive(i, 1);
                case '%' -> {
                    if (startsWith(i, "%:")) {
                        directive(i, 2);
                    }
                }
                case '?' -> {
                    if (startsWith(i, "??=")) {
                        directive(i, 3);
                    }
                }
                case '_' -> underscore(i);
                case '.' -> {
                    readsData |= isAssemblerInclude(i);
                    joinsDirective |= isJoinedDirective(i);
                }
                case 'i', 'I' -> readsData |= startsWithIgnoringCase(i, "incbin");
                default -> {}
            }
        }
    }

    /**
     * {@code .include} in the text of an {@code asm}; behind it is a name, at least its quote. Not
     * {@code object.include(...)}.
     */
    private boolean isAssemblerInclude(int at) {
        int end = at + ".include".length();
        return startsWithIgnoringCase(at, ".include")
                && end < text.length
                && (isBlank(text[end]) || text[end] == '\\' || text[end] == '"');
    }

    /** {@code .inc\kind} in a macro of the assembler: the argument is a part of the directive. */
    private boolean isJoinedDirective(int at) {
        if (at > 0 && !isBlank(text[at - 1]) && text[at - 1] != '\n' && text[at - 1] != ';') {
            return false;
        }
        int end = at + 1;
        while (end < text.length && isWord(text[end])) {
            end++;
        }
        return end + 1 < text.length
                && text[end] == '\\'
                && (isWord(text[end + 1]) || text[end + 1] == '(');
    }

    private void directive(int at, int length) {
        if (!isFirstOnLine(at)) {
            return;
        }
        int start = skipBlanks(at + length);
        int end = start;
        while (end < text.length && isWord(text[end])) {
            end++;
        }
        switch (new String(text, start, end - start, StandardCharsets.ISO_8859_1)) {
            case "include", "import" -> includeName(skipBlanks(end), false);
            case "include_next" -> includeName(skipBlanks(end), true);
            case "if", "elif" -> callsOnLine(end);
            case "define" -> callsOnLine(definition(end).body());
            case "embed" -> readsData = true;
            case "pragma" -> readsData |= asksForFile(end);
            default -> {}
        }
    }

    /**
     * Whether the line from {@code at} on has {@code GCC dependency}, which compares file times, or
     * {@code clang module}, which loads one.
     */
    private boolean asksForFile(int at) {
        for (int i = at; i < text.length && text[i] != '\n'; i++) {
            if (startsWith(i, "dependency") || startsWith(i, "module")) {
                return true;
            }
        }
        return false;
    }

    /** Whether nothing but blanks and comments stand before {@code at} on its line. */
    private boolean isFirstOnLine(int at) {
        int i = at - 1;
        while (i >= 0 && isBlank(text[i])) {
            i--;
        }
        return i < 0 || text[i] == '\n' || (i > 0 && text[i] == '/' && text[i - 1] == '*');
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\f' || b == 0x0b || b == '\r';
    }

    private void includeName(int at, boolean isNext) {
        IncludeName name = nameAt(at, isNext);
        if (name != null) {
            includes.add(name);
        } else if (mayBeMacro(at)) {
            isComputedInclude = true;
        }
    }

    /**
     * Whether a name may begin at {@code at}, or one that begins there is broken. Else a compiler
     * would refuse it, if it is not a comment's text: {@code #include's}.
     */
    private boolean mayBeMacro(int at) {
        if (at >= text.length) {
            return false;
        }
        byte b = text[at];
        return isWord(b) || b < 0 || b == '$' || b == '\\' || b == '"' || b == '<';
    }

    private void underscore(int at) {
        if (at > 0 && isWord(text[at - 1])) {
            return;
        }
        if (startsWith(at, "__has_include")) {
            question(at + "__has_include".length());
        } else if (startsWith(at, "__has_embed")) {
            readsData = true;
        } else if (startsWith(at, "_Pragma")) {
            readsData |= asksForFile(at);
        } else if (startsWith(at, "__DATE__") || startsWith(at, "__TIME__")) {
            hasClockMacro = true;
        } else if (startsWith(at, "__FILE__")
                || startsWith(at, "__BASE_FILE__")
                || startsWith(at, "__builtin_FILE")
                || startsWith(at, "__builtin_source_location")) {
            namesItself = true;
        } else if (startsWith(at, "__TIMESTAMP__")) {
            hasTimestampMacro = true;
        }
    }

    /**
     * After {@code __has_include}: a bare mention ({@code #ifdef __has_include}, a comment) asks
     * nothing.
     */
    private void question(int at) {
        boolean isNext = startsWith(at, "_next");
        int i = isNext ? at + "_next".length() : at;
        // GCC also has the reserved spellings __has_include__ and __has_include_next__.
        i = skipBlanks(startsWith(i, "__") ? i + 2 : i);
        Definition around = isOnDefineLine(at) ? definition(defineEnd(at)) : NO_DEFINITION;
        if (i >= text.length || text[i] != '(') {
            if (around.isMacro()) {
                boolean isAll =
                        around.parameter().isEmpty()
                                && skipBlanks(around.body()) == at - "__has_include".length()
                                && isLineEnd(skipBlanks(i));
                standsForQuestion(around, isAll && !isNext);
            }
            return;
        }
        int argument = skipBlanks(i + 1);
        IncludeName name = nameAt(argument, isNext);
        if (name != null) {
            asked.add(name);
            return;
        }
        String word = word(argument);
        boolean isParameter =
                !word.isEmpty()
                        && word.equals(around.parameter())
                        && startsWith(skipBlanks(argument + word.length()), ")");
        standsForQuestion(around, isParameter && !isNext);
    }

    private void standsForQuestion(Definition around, boolean isUnderstood) {
        if (isUnderstood && isFollowed(around.name())) {
            questionMacros.add(around.name());
        } else {
            isComputedQuestion = true;
        }
    }

    /** Names of the implementation are too many to remember how they are called. */
    private static boolean isFollowed(String macro) {
        return !macro.isEmpty()
                && (macro.charAt(0) < '0' || macro.charAt(0) > '9')
                && !macro.startsWith("__")
                && !macro.equals("defined");
    }

    /**
     * The head of a {@code #define}.
     *
     * @param parameter the only one; empty if there is none or more
     * @param body where it begins
     */
    private record Definition(String name, String parameter, int body) {
        boolean isMacro() {
            return !name.isEmpty();
        }
    }

    /** What is defined behind the {@code define} that ends before {@code at}. */
    private Definition definition(int at) {
        String name = word(skipBlanks(at));
        int end = skipBlanks(at) + name.length();
        if (!startsWith(end, "(")) {
            return new Definition(name, "", end);
        }
        int close = end;
        while (close < text.length && text[close] != ')' && text[close] != '\n') {
            close++;
        }
        String parameter = word(skipBlanks(end + 1));
        boolean isOnly = skipBlanks(skipBlanks(end + 1) + parameter.length()) == close;
        return new Definition(name, isOnly ? parameter : "", Math.min(close + 1, text.length));
    }

    /** Calls from {@code at} to the end of the line, and a name that is all there is. */
    private void callsOnLine(int at) {
        int first = skipBlanks(at);
        String only = word(first);
        if (isLineEnd(skipBlanks(first + only.length())) && isFollowed(only)) {
            unreadCalls.add(only);
        }
        int i = first;
        while (i < text.length && text[i] != '\n') {
            String word = word(i);
            i += Math.max(1, word.length());
            int open = skipBlanks(i);
            if (!startsWith(open, "(") || !isFollowed(word)) {
                continue;
            }
            IncludeName name = nameAt(skipBlanks(open + 1), false);
            if (name == null) {
                unreadCalls.add(word);
            } else {
                calls.add(new Call(word, name));
            }
        }
    }

    private boolean isLineEnd(int at) {
        return at >= text.length || text[at] == '\n' || startsWith(at, "//");
    }

    private String word(int at) {
        int end = at;
        while (end < text.length && isWord(text[end])) {
            end++;
        }
        return end <= at ? "" : new String(text, at, end - at, StandardCharsets.ISO_8859_1);
    }

    /**
     * Whether the line around {@code at} defines a macro, under whose name the question could be
     * asked elsewhere.
     */
    private boolean isOnDefineLine(int at) {
        int hash = skipBlanks(lineStart(at));
        return startsWith(hash, "#") && startsWith(skipBlanks(hash + 1), "define");
    }

    /** Behind the {@code define} of the line around {@code at}. */
    private int defineEnd(int at) {
        return skipBlanks(skipBlanks(lineStart(at)) + 1) + "define".length();
    }

    private int lineStart(int at) {
        int start = at;
        while (start > 0 && text[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    private @Nullable IncludeName nameAt(int at, boolean isNext) {
        if (at >= text.length || (text[at] != '"' && text[at] != '<')) {
            return null;
        }
        byte close = (byte) (text[at] == '"' ? '"' : '>');
        int end = at + 1;
        while (end < text.length && text[end] != close && text[end] != '\n') {
            end++;
        }
        if (end >= text.length
                || text[end] != close
                || end - at > NAME_CHARS_MAX
                || end == at + 1) {
            return null;
        }
        var name = new String(text, at + 1, end - at - 1, StandardCharsets.UTF_8);
        return new IncludeName(name, close == '"', isNext);
    }

    /** Blanks and comments; not line ends. */
    private int skipBlanks(int at) {
        int i = at;
        while (i < text.length) {
            byte b = text[i];
            if (isBlank(b)) {
                i++;
            } else if (startsWith(i, "/*")) {
                i = commentEnd(i + 2);
            } else {
                return i;
            }
        }
        return i;
    }

    private int commentEnd(int at) {
        for (int i = at; i + 1 < text.length; i++) {
            if (text[i] == '*' && text[i + 1] == '/') {
                return i + 2;
            }
        }
        return text.length;
    }

    private boolean startsWith(int at, String word) {
        if (at + word.length() > text.length) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (text[at + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean startsWithIgnoringCase(int at, String word) {
        if (at + word.length() > text.length) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (Character.toLowerCase(text[at + i]) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWord(byte b) {
        return b == '_'
                || (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9');
    }
}
