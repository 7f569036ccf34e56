package io.cachepot.node.worker;

import io.cachepot.protocol.RunJobResult;
import io.cachepot.protocol.RunJobResult.Complete;
import io.cachepot.protocol.RunJobResult.InputsMissing;
import io.cachepot.protocol.RunJobResult.NotRun;
import io.cachepot.protocol.RunJobResult.Reason;
import io.cachepot.protocol.RunJobResult.ToolchainMissing;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How the jobs of a worker ended, counted since its start. */
public final class JobStatistics {
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder incomplete = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final LongAdder micros = new LongAdder();
    private final Map<Reason, LongAdder> notRun = new EnumMap<>(Reason.class);

    public JobStatistics() {
        for (Reason reason : Reason.values()) {
            notRun.put(reason, new LongAdder());
        }
    }

    void count(RunJobResult result) {
        switch (result) {
            case Complete(int exitCode, long wallMicros, _) -> {
                micros.add(wallMicros);
                (exitCode == 0 ? succeeded : failed).increment();
            }
            case ToolchainMissing _, InputsMissing _ -> incomplete.increment();
            case NotRun(Reason reason, _) -> adder(reason).increment();
        }
    }

    void countCancelled() {
        cancelled.increment();
    }

    private LongAdder adder(Reason reason) {
        LongAdder adder = notRun.get(reason);
        if (adder == null) {
            throw new IllegalStateException("no counter of " + reason);
        }
        return adder;
    }

    /**
     * The counts of one moment.
     *
     * @param succeeded compilers that ended with 0
     * @param failed compilers that ended otherwise
     * @param incomplete rounds in which a toolchain or inputs were missing
     * @param cancelled jobs whose client went away
     * @param wallMicros how long all compilers ran
     * @param notRun jobs that did not run, by reason; every reason is there
     */
    public record Counts(
            long succeeded,
            long failed,
            long incomplete,
            long cancelled,
            long wallMicros,
            Map<Reason, Long> notRun) {
        public Counts {
            notRun = Collections.unmodifiableMap(new EnumMap<>(notRun));
        }
    }

    public Counts counts() {
        var reasons = new EnumMap<Reason, Long>(Reason.class);
        notRun.forEach((reason, adder) -> reasons.put(reason, adder.sum()));
        return new Counts(
                succeeded.sum(),
                failed.sum(),
                incomplete.sum(),
                cancelled.sum(),
                micros.sum(),
                reasons);
    }
}
