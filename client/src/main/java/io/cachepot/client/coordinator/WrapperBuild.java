package io.cachepot.client.coordinator;

import io.cachepot.client.wrapper.RunReport;
import io.cachepot.client.wrapper.RunReport.Outcome;
import io.cachepot.client.wrapper.WrapperConnection;
import io.cachepot.client.wrapper.WrapperRequest;
import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;

/** A build behind a wrapper. */
final class WrapperBuild implements BuildSide {
    private final WrapperConnection wrapper;

    /** Whether the wrapper was told how to end. */
    private boolean isEnded;

    /** Whether the compile has been run; then the wrapper knows how to end without us. */
    private boolean isCompiled;

    private WrapperBuild(WrapperConnection wrapper) {
        this.wrapper = wrapper;
    }

    /** Serves one connection; trouble of ours makes the wrapper compile by itself. */
    static void serve(SocketChannel connection, Session session)
            throws IOException, InterruptedException {
        var wrapper =
                new WrapperConnection(
                        Channels.newInputStream(connection), Channels.newOutputStream(connection));
        Optional<WrapperRequest> request = wrapper.readRequest();
        if (request.isEmpty()) {
            return;
        }
        var build = new WrapperBuild(wrapper);
        if (!request.get().isText()) {
            build.runItself();
            return;
        }
        try {
            session.serve(request.get(), build);
        } catch (RuntimeException e) {
            build.giveUp(e);
            throw e;
        }
    }

    private void giveUp(RuntimeException reason) {
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
            throws IOException {
        RunReport report = wrapper.run(WrapperConnection.question(), path, arguments, environment);
        boolean isSuccess = report.outcome() instanceof Outcome.Exited(int code) && code == 0;
        return new Output(isSuccess, report.stdout(), report.stderr());
    }

    @Override
    public Ended compile(String path, List<String> arguments) throws IOException {
        isCompiled = true;
        RunReport report = wrapper.run(WrapperConnection.compile(), path, arguments, List.of());
        return switch (report.outcome()) {
            case Outcome.Exited(int code) ->
                    new Ended.Exited(code, report.stdout(), report.stderr());
            case Outcome.Signaled(int signal) -> new Ended.Signaled(signal);
            case Outcome.NotStarted _ -> new Ended.NotStarted();
        };
    }

    @Override
    public void finish(Bytes stdout, Bytes stderr, int exitCode) throws IOException {
        isEnded = true;
        wrapper.writeStdout(stdout);
        wrapper.writeStderr(stderr);
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
        wrapper.runItself();
    }
}
