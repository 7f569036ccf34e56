package io.cachepot.client.compiler.gcc;

/**
 * One row of the table.
 *
 * @param spelling with its dashes
 * @param form how a value follows
 * @param effect what the option means to us
 * @param detail for {@link Effect#SIDE_OUTPUT} the suffix of the file, else empty
 */
record GccOption(String spelling, Form form, Effect effect, String detail) {
    GccOption(String spelling, Form form, Effect effect) {
        this(spelling, form, effect, "");
    }

    /** How a value follows the spelling. */
    enum Form {
        /** No value. */
        ALONE,
        /** The next argument. */
        SEPARATE,
        /** The rest of this argument, which may be empty. */
        JOINED,
        /** The rest of this argument, or the next one when there is no rest. */
        JOINED_OR_SEPARATE
    }

    /** What the option means. */
    enum Effect {
        /** Part of the key, nothing more. */
        KEEP,
        /** {@code -c}. */
        COMPILE,
        /** {@code -S}. */
        COMPILE_TO_TEXT,
        /** {@code -fsyntax-only}: no object. */
        CHECK,
        /** {@code -E}, {@code -M}: not cached, and known as such from the list of reasons. */
        PREPROCESS,
        OUTPUT,
        LANGUAGE,
        DEFINITION,
        FORCED_INCLUDE,
        DEPENDENCIES,
        DEPENDENCIES_WITHOUT_SYSTEM,
        DEPENDENCY_FILE,
        DEPENDENCY_TARGET,
        DEPENDENCY_PHONY,
        COLOR,
        /** A file beside the object, named after it. */
        SIDE_OUTPUT,
        /** The value is a file that is written. */
        FILE_OUTPUT,
        /** The value is a file that is read, once more than the dependency list says. */
        FILE_INPUT,
        /** The object holds its own name, or that of a file named after it. */
        KEEP_WITH_NAME,
        SAVE_TEMPS,
        NATIVE_CPU,
        PRECOMPILED_HEADER,
        /** Options for another program: {@code -Wa,}, {@code -Wp,}, {@code -Xclang} and so on. */
        TO_ASSEMBLER,
        TO_PREPROCESSOR,
        TO_FRONTEND,
        TO_LLVM,
        /** Only asks or links: not a compile. */
        QUESTION,
        /** Understood, and a reason not to cache. */
        REFUSE
    }
}
