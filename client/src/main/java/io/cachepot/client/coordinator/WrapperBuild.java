package io.cachepot.client.coordinator;

import io.cachepot.client.wrapper.Command;
import io.cachepot.client.wrapper.Directive;
import io.cachepot.client.wrapper.ReceivedRequest;
import io.cachepot.client.wrapper.RunFlag;
import io.cachepot.client.wrapper.RunOutcome;
import io.cachepot.client.wrapper.RunReport;
import io.cachepot.client.wrapper.StandardStream;
import io.cachepot.client.wrapper.WrapperConnection;
import io.cachepot.client.wrapper.WrapperGoneException;
import io.cachepot.client.wrapper.WrapperRequest;
import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Set;

/** A build behind a wrapper. */
final class WrapperBuild implements BuildSide {
    /** All is captured, nothing is seen. */
    private static final Set<RunFlag> QUESTION =
            Set.of(RunFlag.CAPTURE_STDOUT, RunFlag.CAPTURE_STDERR, RunFlag.STDIN_NULL);

    /** All is captured and seen. */
    private static final Set<RunFlag> COMPILE =
            Set.of(RunFlag.CAPTURE_STDOUT, RunFlag.CAPTURE_STDERR, RunFlag.FORWARD, RunFlag.FINAL);

    /** All is captured and nothing seen, unless we are gone before its end. */
    private static final Set<RunFlag> COMPILE_UNHEARD =
            Set.of(RunFlag.CAPTURE_STDOUT, RunFlag.CAPTURE_STDERR, RunFlag.FINAL);

    private final WrapperConnection wrapper;

    /** Whether the wrapper was told how to end. */
    private boolean isEnded;

    /** Whether the compile has been run; then the wrapper knows how to end without us. */
    private boolean isCompiled;

    private WrapperBuild(WrapperConnection wrapper) {
        this.wrapper = wrapper;
    }

    /**
     * Serves one connection; trouble of ours makes the wrapper compile by itself.
     *
     * @param leave called for a wrapper of a later release: after an upgrade nobody else could make
     *     way for a coordinator that understands it
     */
    static void serve(SocketChannel channel, Session session, Runnable leave)
            throws IOException, InterruptedException {
        try (var wrapper = WrapperConnection.open(channel)) {
            switch (wrapper.readRequest()) {
                case WrapperRequest request -> new WrapperBuild(wrapper).serve(request, session);
                case ReceivedRequest.Undecodable _ -> wrapper.execAsInvoked();
                case ReceivedRequest.OtherVersion(int version) -> {
                    boolean isLater = version > WrapperRequest.VERSION;
                    wrapper.refuseVersion(
                            "The wrapper speaks protocol version "
                                    + version
                                    + ", the coordinator "
                                    + WrapperRequest.VERSION
                                    + (isLater
                                            ? "; it leaves, and the next compile starts another"
                                            : "; use the cachepot that came with it"));
                    if (isLater) {
                        leave.run();
                    }
                }
            }
        }
    }

    private void serve(WrapperRequest request, Session session)
            throws IOException, InterruptedException {
        try {
            session.serve(request, this);
        } catch (IOException | RuntimeException e) {
            giveUp(e);
            throw e;
        }
    }

    /** A wrapper that is still there need not find out by itself that nothing comes any more. */
    private void giveUp(Exception reason) {
        if (isEnded || isCompiled) {
            return;
        }
        try {
            runItself();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    @Override
    public Output run(String path, List<String> arguments, List<String> environment)
            throws IOException, InterruptedException {
        RunReport report =
                wrapper.run(new Directive.Run(QUESTION, new Command(path, arguments, environment)));
        boolean isSuccess = report.outcome() instanceof RunOutcome.Exited(int code) && code == 0;
        return new Output(isSuccess, report.stdout(), report.stderr());
    }

    @Override
    public Ended compile(String path, List<String> arguments)
            throws IOException, InterruptedException {
        return ended(compile(COMPILE, path, arguments));
    }

    @Override
    public Ended compileUnheard(String path, List<String> arguments)
            throws IOException, InterruptedException {
        RunReport report = compile(COMPILE_UNHEARD, path, arguments);
        if (report.outcome() instanceof RunOutcome.Signaled) {
            wrapper.write(StandardStream.STDOUT, report.stdout());
            wrapper.write(StandardStream.STDERR, report.stderr());
        }
        return ended(report);
    }

    private RunReport compile(Set<RunFlag> flags, String path, List<String> arguments)
            throws IOException, InterruptedException {
        isCompiled = true;
        return wrapper.run(new Directive.Run(flags, new Command(path, arguments, List.of())));
    }

    private static Ended ended(RunReport report) {
        return switch (report.outcome()) {
            case RunOutcome.Exited(int code) ->
                    new Ended.Exited(code, report.stdout(), report.stderr());
            case RunOutcome.Signaled(int signal) -> new Ended.Signaled(signal);
            case RunOutcome.NotStarted _ -> new Ended.NotStarted();
        };
    }

    @Override
    public <T, E extends Exception> T whileThere(Work<T, E> work)
            throws E, IOException, InterruptedException {
        try (var _ = wrapper.onHangup(Thread.currentThread()::interrupt)) {
            return work.get();
        } catch (InterruptedException e) {
            if (wrapper.isHungUp()) {
                throw new WrapperGoneException("the wrapper hung up");
            }
            throw e;
        } finally {
            // A hang-up between the end of the work and that of the watch interrupts nobody else.
            if (wrapper.isHungUp()) {
                Thread.interrupted();
            }
        }
    }

    @Override
    public void print(Bytes words) throws IOException {
        wrapper.write(StandardStream.STDOUT, words);
    }

    @Override
    public void finish(Bytes stdout, Bytes stderr, int exitCode) throws IOException {
        isEnded = true;
        if (!stdout.isEmpty()) {
            wrapper.write(StandardStream.STDOUT, stdout);
        }
        if (!stderr.isEmpty()) {
            wrapper.write(StandardStream.STDERR, stderr);
        }
        wrapper.exit(exitCode);
    }

    @Override
    public void exit(int code) throws IOException {
        isEnded = true;
        wrapper.exit(code);
    }

    @Override
    public void die(int signal) throws IOException {
        isEnded = true;
        wrapper.die(signal);
    }

    @Override
    public void runItself() throws IOException {
        isEnded = true;
        wrapper.execAsInvoked();
    }
}
