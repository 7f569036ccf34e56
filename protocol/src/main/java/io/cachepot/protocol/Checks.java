package io.cachepot.protocol;

import java.util.Collection;

/** Bounds of everything that comes from outside: a value that breaks one is never built. */
final class Checks {
    static final int PATH_CHARS_MAX = 4096;
    static final int TEXT_CHARS_MAX = 256 * 1024;

    private Checks() {}

    /** Fails unless {@code holds}; the message says what, which and what was expected. */
    static void check(boolean holds, String what, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    what + " is " + clip(String.valueOf(value)) + ", expected " + expected);
        }
    }

    static void checkText(String what, String text, int charsMax) {
        check(text.length() <= charsMax, what + " length", text.length(), "at most " + charsMax);
        check(text.indexOf('\0') < 0, what, "text with a NUL", "text without NUL");
    }

    static void checkCount(String what, Collection<?> values, int max) {
        check(values.size() <= max, what + " count", values.size(), "at most " + max);
    }

    /** An absolute path in normal form: no empty, {@code .} or {@code ..} component, no NUL. */
    static void checkAbsolutePath(String what, String path) {
        checkText(what, path, PATH_CHARS_MAX);
        boolean isRoot = path.equals("/");
        check(
                isRoot || (path.startsWith("/") && !hasOddComponent(path)),
                what,
                path,
                "an absolute path without empty, '.' or '..' components");
    }

    private static boolean hasOddComponent(String path) {
        for (String component : path.substring(1).split("/", -1)) {
            if (component.isEmpty() || component.equals(".") || component.equals("..")) {
                return true;
            }
        }
        return false;
    }

    private static String clip(String text) {
        return text.length() <= 120 ? text : text.substring(0, 120) + "...";
    }
}
