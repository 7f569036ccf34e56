package io.cachepot.config.source;

import java.nio.file.Path;

/** Where a value came from; its text is what stands in front of an error. */
public sealed interface Origin {
    /** Nobody said anything. */
    record Default() implements Origin {
        @Override
        public String toString() {
            return "default";
        }
    }

    /**
     * A place in a file.
     *
     * @param line from 1
     * @param column from 1, in characters
     */
    record InFile(Path file, int line, int column) implements Origin {
        @Override
        public String toString() {
            return file + ":" + line + ":" + column;
        }
    }

    /** An environment variable. */
    record Environment(String variable) implements Origin {
        @Override
        public String toString() {
            return variable;
        }
    }

    /**
     * A flag of the command line.
     *
     * @param name with its dashes
     */
    record CommandLine(String name) implements Origin {
        @Override
        public String toString() {
            return name;
        }
    }
}
