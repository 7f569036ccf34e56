package io.cachepot.client.compiler.rustc;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stretches of capital letters, digits and {@code _} in a library: the names of all variables that
 * its code asks for are in one of them. What was looked for once is remembered, since each crate
 * that uses a macro asks for all that is in its environment.
 */
public final class Capitals {
    /** Of what has no code to run. */
    static final Capitals NONE = new Capitals("");

    /** The shortest name of a variable that is looked for. */
    private static final int LENGTH_MIN = 3;

    private static final int ANSWERS_MAX = 10_000;

    private final String text;
    private final Map<String, Boolean> answers = new ConcurrentHashMap<>();

    private Capitals(String text) {
        this.text = text;
    }

    static Capitals in(byte[] content) {
        var text = new StringBuilder();
        int start = -1;
        for (int i = 0; i <= content.length; i++) {
            if (i < content.length && isCapital(content[i])) {
                start = start < 0 ? i : start;
            } else if (start >= 0) {
                if (i - start >= LENGTH_MIN) {
                    text.append(new String(content, start, i - start, StandardCharsets.US_ASCII))
                            .append('\n');
                }
                start = -1;
            }
        }
        return new Capitals(text.toString());
    }

    private static boolean isCapital(byte c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    /** Whether {@code name} occurs. */
    public boolean have(String name) {
        Boolean known = answers.get(name);
        if (known == null) {
            known = text.contains(name);
            if (answers.size() >= ANSWERS_MAX) {
                answers.clear();
            }
            answers.put(name, known);
        }
        return known;
    }
}
