package io.cachepot.node.worker;

import io.cachepot.sandbox.Sandbox;
import io.cachepot.sandbox.SandboxReceiver;
import io.cachepot.sandbox.SandboxReport;
import io.cachepot.sandbox.SandboxResult;
import io.cachepot.sandbox.SandboxSpec;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Does what it is told instead of running anything, and remembers what it was asked. */
final class FakeSandbox implements Sandbox {
    final List<SandboxSpec> specs = new CopyOnWriteArrayList<>();
    private final Behaviour behaviour;

    FakeSandbox(Behaviour behaviour) {
        this.behaviour = behaviour;
    }

    /** What happens instead of a process. */
    @FunctionalInterface
    interface Behaviour {
        SandboxResult run(SandboxSpec spec, SandboxReceiver receiver)
                throws IOException, InterruptedException;
    }

    @Override
    public SandboxResult run(SandboxSpec spec, SandboxReceiver receiver)
            throws IOException, InterruptedException {
        specs.add(spec);
        return behaviour.run(spec, receiver);
    }

    @Override
    public SandboxReport report() {
        return new SandboxReport("fake", List.of(), List.of());
    }

    @Override
    public void close() {}
}
