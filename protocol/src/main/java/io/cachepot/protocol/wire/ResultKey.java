package io.cachepot.protocol.wire;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Job;
import java.nio.charset.StandardCharsets;

/**
 * The name of what a job gives: a digest of all that its result depends on, the same on every
 * machine. A worker computes it from the job that it ran, a client from the one that it would send;
 * so nobody can put a result where it does not belong but who could run the job wrongly, too.
 */
public final class ResultKey {
    /** Another one makes all earlier results unknown. */
    private static final byte[] VERSION = "cachepot result 1\0".getBytes(StandardCharsets.US_ASCII);

    private ResultKey() {}

    public static Digest of(Job job) {
        // How long it may take is no part of what it gives.
        var timeless =
                new Job(
                        job.toolchain(),
                        job.executable(),
                        job.arguments(),
                        job.cwd(),
                        job.environment(),
                        job.inputs(),
                        job.outputs(),
                        1);
        var sha256 = Digest.sha256();
        sha256.update(VERSION);
        sha256.update(Json.encode(timeless));
        return Digest.of(sha256);
    }
}
