package io.cachepot.client.compiler.gcc;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Replaces {@code @file} by the arguments in the file, as the drivers do: blanks separate,
 * quotation marks of both kinds hold together, a backslash takes the next character as it is, files
 * may name files. Where gcc's and clang's readers are known to differ, the answer is a refusal.
 * Sources: GCC manual, "Overall Options"; libiberty's {@code buildargv}, LLVM's {@code
 * TokenizeGNUCommandLine}.
 */
public final class ResponseFiles {
    private static final int DEPTH_MAX = 16;
    private static final long FILE_BYTES_MAX = 1 << 20;

    /** What fits on a command line with room to spare; Linux allows 2 MiB with the environment. */
    private static final long CHARS_MAX = 1 << 20;

    private static final long ARGUMENT_CHARS_MAX = 100_000;

    private final Path cwd;

    public ResponseFiles(Path cwd) {
        this.cwd = cwd;
    }

    /** What came of it. */
    sealed interface Expanded {
        /** No {@code @file} is left but those that do not exist, which are arguments. */
        record Whole(List<String> arguments) implements Expanded {}

        record Refused(String reason) implements Expanded {}
    }

    /** A file that can not be read the way both compilers would. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String reason) {
            super(reason);
        }
    }

    Expanded expand(List<String> arguments) {
        if (arguments.stream().noneMatch(argument -> argument.startsWith("@"))) {
            return new Expanded.Whole(arguments);
        }
        try {
            var expanded = new ArrayList<String>();
            expand(arguments, 0, expanded);
            long chars = expanded.stream().mapToLong(argument -> argument.length() + 1L).sum();
            boolean isLong =
                    chars > CHARS_MAX
                            || expanded.stream()
                                    .anyMatch(argument -> argument.length() > ARGUMENT_CHARS_MAX);
            return isLong
                    ? new Expanded.Refused("@file is too long for a command line")
                    : new Expanded.Whole(expanded);
        } catch (RefusedException e) {
            return new Expanded.Refused(String.valueOf(e.getMessage()));
        }
    }

    private void expand(List<String> arguments, int depth, List<String> target)
            throws RefusedException {
        for (String argument : arguments) {
            if (!argument.startsWith("@")) {
                target.add(argument);
                continue;
            }
            if (depth >= DEPTH_MAX) {
                throw new RefusedException("@file within @file, too deep");
            }
            expand(tokens(read(argument)), depth + 1, target);
        }
    }

    private String read(String argument) throws RefusedException {
        try {
            Path file = cwd.resolve(argument.substring(1));
            if (!Files.isRegularFile(file) || Files.size(file) > FILE_BYTES_MAX) {
                throw new RefusedException("@file that is missing or too large");
            }
            return Files.readString(file);
        } catch (CharacterCodingException _) {
            throw new RefusedException("@file that is not UTF-8");
        } catch (IOException | InvalidPathException _) {
            throw new RefusedException("@file that can not be read");
        }
    }

    private static List<String> tokens(String text) throws RefusedException {
        var tokens = new ArrayList<String>();
        if (text.chars().anyMatch(c -> isDoubtful((char) c))) {
            throw new RefusedException("@file with blanks that compilers read differently");
        }
        int i = skipBlanks(text, 0);
        while (i < text.length()) {
            var token = new StringBuilder();
            i = token(text, i, token);
            if (token.isEmpty()) {
                throw new RefusedException("@file with an empty argument");
            }
            tokens.add(token.toString());
            i = skipBlanks(text, i);
        }
        return tokens;
    }

    private static int skipBlanks(String text, int at) {
        int i = at;
        while (i < text.length() && isBlank(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    /** What gcc takes for a blank and clang for a letter. */
    private static boolean isDoubtful(char c) {
        return c == '\f' || c == 0x0b;
    }

    private static int token(String text, int start, StringBuilder token) throws RefusedException {
        char quote = 0;
        int i = start;
        while (i < text.length() && (quote != 0 || !isBlank(text.charAt(i)))) {
            char c = text.charAt(i);
            if (c == '\\') {
                token.append(escaped(text, i + 1, quote));
                i++;
            } else if (quote != 0 && c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else {
                token.append(c);
            }
            i++;
        }
        if (quote != 0) {
            throw new RefusedException("@file with a quotation mark that is not closed");
        }
        return i;
    }

    /** Releases of gcc differ on what a backslash means before these. */
    private static char escaped(String text, int at, char quote) throws RefusedException {
        if (at >= text.length() || text.charAt(at) == '\n' || quote == '\'') {
            throw new RefusedException("@file with a backslash that compilers read differently");
        }
        return text.charAt(at);
    }
}
