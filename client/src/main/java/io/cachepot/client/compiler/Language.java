package io.cachepot.client.compiler;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Languages of gcc and clang that are cached, by the names of {@code -x} and by the suffixes of
 * files. Sources: GCC manual, "Overall Options"; clang's {@code Types.def}.
 */
public enum Language {
    C("c", Stage.SOURCE),
    CXX("c++", Stage.SOURCE),
    OBJECTIVE_C("objective-c", Stage.SOURCE),
    OBJECTIVE_CXX("objective-c++", Stage.SOURCE),
    C_HEADER("c-header", Stage.HEADER),
    CXX_HEADER("c++-header", Stage.HEADER),
    OBJECTIVE_C_HEADER("objective-c-header", Stage.HEADER),
    OBJECTIVE_CXX_HEADER("objective-c++-header", Stage.HEADER),
    PREPROCESSED_C("cpp-output", Stage.PREPROCESSED),
    PREPROCESSED_CXX("c++-cpp-output", Stage.PREPROCESSED),
    PREPROCESSED_OBJECTIVE_C("objective-c-cpp-output", Stage.PREPROCESSED),
    PREPROCESSED_OBJECTIVE_CXX("objective-c++-cpp-output", Stage.PREPROCESSED),
    ASSEMBLER("assembler", Stage.PREPROCESSED),
    ASSEMBLER_WITH_CPP("assembler-with-cpp", Stage.SOURCE);

    private static final Map<String, Language> BY_NAME = new HashMap<>();
    private static final Map<String, Language> BY_SUFFIX = new HashMap<>();

    static {
        for (Language language : values()) {
            BY_NAME.put(language.spelling, language);
        }
        suffixes(C, "c");
        suffixes(CXX, "cc", "cp", "cxx", "cpp", "CPP", "c++", "C");
        suffixes(OBJECTIVE_C, "m");
        suffixes(OBJECTIVE_CXX, "mm", "M");
        suffixes(C_HEADER, "h");
        suffixes(CXX_HEADER, "hh", "H", "hp", "hxx", "hpp", "HPP", "h++", "tcc");
        suffixes(PREPROCESSED_C, "i");
        suffixes(PREPROCESSED_CXX, "ii");
        suffixes(PREPROCESSED_OBJECTIVE_C, "mi");
        suffixes(PREPROCESSED_OBJECTIVE_CXX, "mii");
        suffixes(ASSEMBLER, "s");
        suffixes(ASSEMBLER_WITH_CPP, "S", "sx");
    }

    private final String spelling;
    private final Stage stage;

    Language(String spelling, Stage stage) {
        this.spelling = spelling;
        this.stage = stage;
    }

    private enum Stage {
        SOURCE,
        HEADER,
        PREPROCESSED
    }

    private static void suffixes(Language language, String... suffixes) {
        for (String suffix : suffixes) {
            BY_SUFFIX.put(suffix, language);
        }
    }

    /** The language that {@code -x spelling} names; empty when it is not one that we cache. */
    public static Optional<Language> named(String spelling) {
        return Optional.ofNullable(BY_NAME.get(spelling));
    }

    /**
     * What a compiler takes {@code file} for.
     *
     * @param isCxxDriver g++ and clang++ take C for C++
     * @return empty when its suffix says nothing to us
     */
    public static Optional<Language> ofFile(String file, boolean isCxxDriver) {
        int dot = file.lastIndexOf('.');
        Language bySuffix = dot < 0 ? null : BY_SUFFIX.get(file.substring(dot + 1));
        return Optional.ofNullable(bySuffix)
                .map(language -> isCxxDriver ? language.asCxx() : language);
    }

    private Language asCxx() {
        return switch (this) {
            case C -> CXX;
            case C_HEADER -> CXX_HEADER;
            case PREPROCESSED_C -> PREPROCESSED_CXX;
            default -> this;
        };
    }

    /** As {@code -x} spells it. */
    public String spelling() {
        return spelling;
    }

    /** Compiled into a precompiled header, also without {@code -c}. */
    public boolean isHeader() {
        return stage == Stage.HEADER;
    }

    public boolean isAssembler() {
        return this == ASSEMBLER || this == ASSEMBLER_WITH_CPP;
    }

    /** The preprocessor is not run: no headers, no dependency list. */
    public boolean isPreprocessed() {
        return stage == Stage.PREPROCESSED;
    }
}
