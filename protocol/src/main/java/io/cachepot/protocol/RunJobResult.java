package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;
import static io.cachepot.protocol.Checks.checkCount;
import static io.cachepot.protocol.Checks.checkText;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * A worker's answer to a job. Anything but {@link Complete} makes the client try elsewhere, then
 * compile locally. What the compiler wrote follows a {@link Complete} as parts of the same stream
 * (see {@code ResultStream}).
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = RunJobResult.Complete.class, name = "complete"),
    @JsonSubTypes.Type(value = RunJobResult.ToolchainMissing.class, name = "toolchain_missing"),
    @JsonSubTypes.Type(value = RunJobResult.InputsMissing.class, name = "inputs_missing"),
    @JsonSubTypes.Type(value = RunJobResult.NotRun.class, name = "not_run")
})
public sealed interface RunJobResult {
    /**
     * The compiler ran. A non-zero exit code is the user's error, not ours.
     *
     * @param exitCode as the compiler gave it, 0 to 255; 128 + n when signal n killed it
     * @param wallMicros how long it ran
     * @param memoryBytes of the largest of its processes at its peak; 0 where that is not known
     */
    record Complete(int exitCode, long wallMicros, long memoryBytes) implements RunJobResult {
        public Complete {
            check(exitCode >= 0 && exitCode <= 255, "exit_code", exitCode, "0 to 255");
            check(wallMicros >= 0, "wall_micros", wallMicros, "at least 0");
            check(memoryBytes >= 0, "memory_bytes", memoryBytes, "at least 0");
        }
    }

    /**
     * The worker does not hold the toolchain; submit it with the same grant, then run the job
     * again.
     */
    record ToolchainMissing(ToolchainId toolchain) implements RunJobResult {}

    /** The worker lacks these contents; send the job again with them. */
    record InputsMissing(List<Digest> digests) implements RunJobResult {
        public InputsMissing {
            checkCount("digests", digests, Job.INPUTS_MAX);
            digests = List.copyOf(digests);
        }
    }

    /** The compiler did not run to its end, and it is not the compiler's fault. */
    record NotRun(Reason reason, String detail) implements RunJobResult {
        public NotRun {
            checkText("detail", detail, Checks.TEXT_CHARS_MAX);
        }
    }

    /** Why a job did not run. */
    enum Reason {
        /** The worker is full, draining or stopping. */
        NO_PERMIT,
        /** The grant names another worker, incarnation or toolchain, or has been used. */
        STALE_GRANT,
        /** It ran into a limit: time, memory, output. */
        LIMIT,
        /** The job can not be run as it stands. */
        BAD_JOB,
        /** The toolchain's archive was refused. */
        BAD_TOOLCHAIN,
        /** The sandbox failed. */
        SANDBOX,
        /** Anything else on the worker's side. */
        INTERNAL
    }
}
