package io.cachepot.client.wrapper;

import io.cachepot.protocol.Bytes;
import java.util.Set;

/**
 * What the wrapper is told to do. Runs and writes come in any number, then one of the others ends
 * the conversation.
 */
public sealed interface Directive {
    /** Run it as a child, then report. */
    record Run(Set<RunFlag> flags, Command command) implements Directive {
        public Run {
            flags = Set.copyOf(flags);
        }
    }

    /** Become this command. */
    record Exec(Command command) implements Directive {}

    /** Become the command it was called with, byte for byte. */
    record ExecAsInvoked() implements Directive {}

    /** Write this to its own stream. */
    record Write(StandardStream stream, Bytes bytes) implements Directive {}

    /** Exit. */
    record Exit(int code) implements Directive {
        public Exit {
            if (code < 0 || code > 255) {
                throw new IllegalArgumentException("exit.code is " + code + ", expected 0 to 255");
            }
        }
    }

    /** Die of a signal, without a core file. */
    record Die(int signal) implements Directive {
        public Die {
            if (signal < 1 || signal > 64) {
                throw new IllegalArgumentException(
                        "die.signal is " + signal + ", expected 1 to 64");
            }
        }
    }

    /**
     * Do it without us.
     *
     * @param message what the user reads, one line without the full stop
     */
    record RefuseVersion(int lowest, int highest, String message) implements Directive {}
}
