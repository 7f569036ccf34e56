package io.cachepot.client.coordinator;

import io.cachepot.client.explain.CompileTrace;
import io.cachepot.client.stats.Phase;
import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.util.List;

/** Notes how a compile goes on and ends, before the build learns of it. */
final class RecordedBuild implements BuildSide {
    private final BuildSide build;
    private final CompileTrace trace;

    RecordedBuild(BuildSide build, CompileTrace trace) {
        this.build = build;
        this.trace = trace;
    }

    @Override
    public Output run(String path, List<String> arguments, List<String> environment)
            throws IOException, InterruptedException {
        return build.run(path, arguments, environment);
    }

    @Override
    public Ended compile(String path, List<String> arguments)
            throws IOException, InterruptedException {
        return timed(() -> build.compile(path, arguments));
    }

    @Override
    public Ended compileUnheard(String path, List<String> arguments)
            throws IOException, InterruptedException {
        return timed(() -> build.compileUnheard(path, arguments));
    }

    private Ended timed(Work<Ended, IOException> compile) throws IOException, InterruptedException {
        trace.lap(Phase.INPUTS);
        try {
            return compile.get();
        } finally {
            trace.lap(Phase.COMPILE);
        }
    }

    @Override
    public <T, E extends Exception> T whileThere(Work<T, E> work)
            throws E, IOException, InterruptedException {
        trace.lap(Phase.INPUTS);
        try {
            return build.whileThere(work);
        } finally {
            trace.lap(Phase.COMPILE);
        }
    }

    @Override
    public void print(Bytes words) throws IOException {
        build.print(words);
    }

    @Override
    public void finish(Bytes stdout, Bytes stderr, int exitCode) throws IOException {
        trace.exited(exitCode);
        build.finish(stdout, stderr, exitCode);
    }

    @Override
    public void exit(int code) throws IOException {
        trace.exited(code);
        build.exit(code);
    }

    @Override
    public void die(int signal) throws IOException {
        trace.died(signal);
        build.die(signal);
    }

    @Override
    public void runItself() throws IOException {
        trace.leftAlone();
        build.runItself();
    }
}
