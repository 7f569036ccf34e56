package io.cachepot.client.wrapper;

import io.cachepot.protocol.Bytes;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** Reads the wrapper's report of a run. */
final class DoneCodec {
    private DoneCodec() {}

    /** What D says; the captured streams came before it. */
    record Done(RunOutcome outcome, ResourceUsage usage) {}

    static Done decode(Bytes payload) throws WrapperProtocolException {
        var reader = new PayloadReader("report", payload);
        var outcome = outcome(reader, reader.u8("kind"), reader.u32("value"));
        var user = micros(reader.u64("userMicros"));
        var system = micros(reader.u64("systemMicros"));
        long rssKibMax = reader.u64("rssKibMax");
        var wall = micros(reader.u64("wallMicros"));
        reader.end();
        return new Done(outcome, new ResourceUsage(user, system, rssKibMax, wall));
    }

    private static RunOutcome outcome(PayloadReader reader, int kind, int value)
            throws WrapperProtocolException {
        return switch (kind) {
            case 0 -> {
                check(reader, value <= 255, "exit code", value);
                yield new RunOutcome.Exited(value);
            }
            case 1 -> {
                check(reader, value >= 1 && value <= 64, "signal", value);
                yield new RunOutcome.Signaled(value);
            }
            case 2 -> {
                check(reader, value >= 1 && value <= 4095, "errno", value);
                yield new RunOutcome.NotStarted(value);
            }
            default -> throw reader.broken("kind is %d, expected 0, 1 or 2".formatted(kind));
        };
    }

    private static void check(PayloadReader reader, boolean isPossible, String what, int value)
            throws WrapperProtocolException {
        if (!isPossible) {
            throw reader.broken("%s is %d, which no system has".formatted(what, value));
        }
    }

    private static Duration micros(long micros) {
        return Duration.of(micros, ChronoUnit.MICROS);
    }
}
