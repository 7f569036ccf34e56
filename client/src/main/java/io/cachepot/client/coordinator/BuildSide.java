package io.cachepot.client.coordinator;

import io.cachepot.client.compiler.ProgramRunner;
import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.util.List;

/**
 * The end of one compile where the build is: what runs there is the build's own child. Exactly one
 * of {@link #finish}, {@link #exit}, {@link #die} and {@link #runItself} ends it. Every method
 * throws an {@link IOException} when the build has gone away.
 */
interface BuildSide extends ProgramRunner {
    /** Runs the compile that the user asked for; what it prints is seen at once. */
    Ended compile(String path, List<String> arguments) throws IOException, InterruptedException;

    /** The same, but nobody sees yet what it prints; {@link #finish} is to follow. */
    Ended compileUnheard(String path, List<String> arguments)
            throws IOException, InterruptedException;

    /**
     * Does something that needs nothing of the build, but only as long as it is there: when it goes
     * away, the thread is interrupted.
     *
     * @throws IOException also when the build went away
     */
    <T, E extends Exception> T whileThere(Work<T, E> work)
            throws E, IOException, InterruptedException;

    /** Something that can be interrupted. */
    @FunctionalInterface
    interface Work<T, E extends Exception> {
        T get() throws E, InterruptedException;
    }

    /** Prints to standard output; the build goes on to wait. */
    void print(Bytes words) throws IOException;

    /** Prints and exits. */
    void finish(Bytes stdout, Bytes stderr, int exitCode) throws IOException;

    void exit(int code) throws IOException;

    /** Dies of a signal, as the compiler did. */
    void die(int signal) throws IOException;

    /** Leaves it all to the command as it was given. */
    void runItself() throws IOException;

    /** How a compile ended. */
    sealed interface Ended {
        record Exited(int code, Bytes stdout, Bytes stderr) implements Ended {}

        record Signaled(int signal) implements Ended {}

        record NotStarted() implements Ended {}
    }
}
