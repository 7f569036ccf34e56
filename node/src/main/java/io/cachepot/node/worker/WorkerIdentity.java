package io.cachepot.node.worker;

import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.auth.TokenKeyPair;
import java.net.URI;

/**
 * What does not change about a worker from its start to its end.
 *
 * @param incarnation of this start, see {@link Incarnation}
 * @param url where clients reach it, {@code https://host:port/}
 * @param certificatePem of {@link WorkerCertificate}
 * @param tokenKeys what job tokens for it are made with; only the public one is told
 * @param cpus processors of the machine
 * @param memoryBytes what its jobs may use together; 0 when that is not known
 * @param version of the software, for people
 */
public record WorkerIdentity(
        WorkerId id,
        long incarnation,
        URI url,
        String certificatePem,
        TokenKeyPair tokenKeys,
        int cpus,
        long memoryBytes,
        String version) {}
