package io.cachepot.client.compiler.gcc;

/**
 * One row of the table.
 *
 * @param spelling with its dashes
 * @param form how a value follows
 * @param effect what the option means to us
 */
record GccOption(String spelling, Form form, Effect effect) {
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
        OUTPUT,
        LANGUAGE,
        DEPENDENCIES,
        DEPENDENCIES_WITHOUT_SYSTEM,
        DEPENDENCY_FILE,
        DEPENDENCY_TARGET,
        DEPENDENCY_PHONY,
        COLOR,
        /** Only asks or links: not a compile. */
        QUESTION,
        /** Understood, and a reason not to cache. */
        REFUSE
    }
}
