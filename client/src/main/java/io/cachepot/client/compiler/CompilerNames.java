package io.cachepot.client.compiler;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells by its name whether a program may be a compiler that we know: {@code gcc}, {@code
 * x86_64-linux-gnu-g++-12}, {@code clang++}, {@code rustc}. What it really is, {@link
 * CompilerDetector} asks it.
 */
public final class CompilerNames {
    private static final Pattern NAME =
            Pattern.compile(
                    "(?:[0-9A-Za-z_.+-]+-)?(gcc|g\\+\\+|cc|c\\+\\+|clang|clang\\+\\+)(?:-[0-9][0-9.]*)?");

    private static final Pattern RUST =
            Pattern.compile("(?:[0-9A-Za-z_.+-]+-)?rustc(?:-[0-9][0-9.]*)?|clippy-driver");

    /** Programs that others put in front of a compiler, often under its name. */
    private static final Set<String> WRAPPERS =
            Set.of("cachepot", "ccache", "distcc", "icecc", "sccache", "colorgcc", "buildcache");

    private CompilerNames() {}

    /** Whether {@code baseName}, of a compiler of C and its kin, is worth a closer look. */
    public static boolean isCompiler(String baseName) {
        return NAME.matcher(baseName).matches();
    }

    /** Whether {@code baseName} may be rustc, or clippy in its place. */
    public static boolean isRust(String baseName) {
        return RUST.matcher(baseName).matches();
    }

    /** Whether a program of this name gets the path of rustc as its first argument. */
    public static boolean isClippy(String baseName) {
        return baseName.equals("clippy-driver");
    }

    /** Whether a compiler of this name takes {@code .c} for C++. */
    public static boolean isCxxDriver(String baseName) {
        Matcher matcher = NAME.matcher(baseName);
        return matcher.matches() && matcher.group(1).endsWith("++");
    }

    /** Whether {@code baseName} is that of a program which runs a compiler in its turn. */
    public static boolean isWrapper(String baseName) {
        return WRAPPERS.contains(baseName);
    }
}
