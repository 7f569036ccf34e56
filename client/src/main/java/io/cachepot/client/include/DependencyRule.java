package io.cachepot.client.include;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A dependency list taken apart so that it can be put together again with other names, byte for
 * byte as the compiler would: the lines break where its own rule breaks them. Names with blanks and
 * other characters that have to be quoted are not understood. Sources of the rules: GCC's {@code
 * mkdeps.cc}, clang's {@code DependencyFile.cpp}.
 *
 * @param targets before the colon
 * @param prerequisites behind it
 * @param phony names with a rule of their own ({@code -MP})
 */
public record DependencyRule(
        List<String> targets, List<String> prerequisites, List<String> phony, Style style) {
    private static final String CONTINUATION = " \\\n";

    private static final List<Style> GCCS = List.of(Style.GCC, Style.GCC_10);
    private static final List<Style> CLANGS = List.of(Style.CLANG, Style.CLANG_14);

    public DependencyRule {
        targets = List.copyOf(targets);
        prerequisites = List.copyOf(prerequisites);
        phony = List.copyOf(phony);
    }

    /** Whose rules for lines; older releases have an empty line before each phony rule. */
    public enum Style {
        GCC(""),
        GCC_10("\n"),
        CLANG(""),
        CLANG_14("\n");

        private static final int GCC_COLUMNS_MAX = 72;
        private static final int CLANG_COLUMNS_MAX = 75;

        private final String beforePhony;

        Style(String beforePhony) {
            this.beforePhony = beforePhony;
        }

        private void write(DependencyRule rule, StringBuilder text) {
            switch (this) {
                case GCC, GCC_10 -> writeAsGcc(rule, text);
                case CLANG, CLANG_14 -> writeAsClang(rule, text);
            }
            text.append('\n');
            for (String name : rule.phony()) {
                text.append(beforePhony).append(name).append(":\n");
            }
        }

        private static void writeAsGcc(DependencyRule rule, StringBuilder text) {
            int column = writeAsGcc(rule.targets(), 0, text);
            text.append(':');
            writeAsGcc(rule.prerequisites(), column + 1, text);
        }

        private static int writeAsGcc(List<String> names, int start, StringBuilder text) {
            int column = start;
            for (String name : names) {
                if (column > 0 && column + name.length() > GCC_COLUMNS_MAX) {
                    text.append(CONTINUATION).append(' ');
                    column = 1;
                } else if (column > 0) {
                    text.append(' ');
                    column++;
                }
                text.append(name);
                column += name.length();
            }
            return column;
        }

        private static void writeAsClang(DependencyRule rule, StringBuilder text) {
            int column = 0;
            for (String name : rule.targets()) {
                if (column == 0) {
                    column = name.length();
                } else if (column + name.length() + 2 > CLANG_COLUMNS_MAX) {
                    text.append(CONTINUATION).append("  ");
                    column = name.length() + 2;
                } else {
                    text.append(' ');
                    column += name.length() + 1;
                }
                text.append(name);
            }
            text.append(':');
            column++;
            for (String name : rule.prerequisites()) {
                // Two more for the end of a line that goes on.
                if (column + name.length() + 1 + 2 > CLANG_COLUMNS_MAX) {
                    text.append(CONTINUATION).append(' ');
                    column = 2;
                }
                text.append(' ').append(name);
                column += name.length() + 1;
            }
        }
    }

    /**
     * Takes {@code text} apart.
     *
     * @param isClang who wrote it: a short list does not show whose rules it follows
     * @return empty when it could not be put together again as it is
     */
    public static Optional<DependencyRule> parse(String text, boolean isClang) {
        if (text.replace(CONTINUATION, " ")
                .chars()
                .anyMatch(c -> c == '\\' || c == '$' || c == '#')) {
            return Optional.empty();
        }
        String[] lines = text.replace(CONTINUATION, " ").split("\n", -1);
        int colon = lines[0].indexOf(": ");
        if (colon < 0) {
            return Optional.empty();
        }
        var phony = new ArrayList<String>();
        for (int i = 1; i < lines.length - 1; i++) {
            if (lines[i].isEmpty()) {
                continue;
            }
            if (!lines[i].endsWith(":")) {
                return Optional.empty();
            }
            phony.add(lines[i].substring(0, lines[i].length() - 1));
        }
        for (Style style : isClang ? CLANGS : GCCS) {
            var rule =
                    new DependencyRule(
                            words(lines[0].substring(0, colon)),
                            words(lines[0].substring(colon + 1)),
                            phony,
                            style);
            if (rule.text().equals(text)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    private static List<String> words(String line) {
        return line.isBlank() ? List.of() : List.of(line.strip().split(" +"));
    }

    /** The same rule with other names. */
    public DependencyRule with(UnaryOperator<String> names) {
        return new DependencyRule(
                targets.stream().map(names).toList(),
                prerequisites.stream().map(names).toList(),
                phony.stream().map(names).toList(),
                style);
    }

    /** As the compiler writes it. */
    public String text() {
        var text = new StringBuilder();
        style.write(this, text);
        return text.toString();
    }
}
