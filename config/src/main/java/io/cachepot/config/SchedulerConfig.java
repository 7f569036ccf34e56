package io.cachepot.config;

import java.net.URI;
import java.util.Optional;

/**
 * Settings of a scheduler.
 *
 * @param publicAddr how clients and workers reach it
 * @param bindAddr where it listens
 * @param tls absent if it speaks plain HTTP, behind a proxy or on loopback
 */
public record SchedulerConfig(
        PublicAddress publicAddr,
        HostPort bindAddr,
        ClientAuth clientAuth,
        WorkerAuth workerAuth,
        Optional<TlsConfig> tls,
        GridConfig grid,
        ProcessConfig process) {

    /** What others put in front of a route; ends in {@code /}. */
    public URI publicUrl() {
        return publicAddr.url(tls.isPresent() ? "https" : "http");
    }
}
