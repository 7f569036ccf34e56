package io.cachepot.config;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Settings of a scheduler.
 *
 * @param publicAddr how clients and workers reach it
 * @param bindAddr where it listens; without it at {@code public_addr}
 * @param operatorToken what whoever drains workers shows; nobody can without it
 * @param trustedProxies addresses and ranges of addresses whose word on where a request comes from
 *     is believed
 * @param tls absent if it speaks plain HTTP, behind a proxy or on loopback
 */
public record SchedulerConfig(
        PublicAddress publicAddr,
        HostPort bindAddr,
        ClientAuth clientAuth,
        WorkerAuth workerAuth,
        Optional<Secret> operatorToken,
        Optional<ConsoleSignIn> consoleSignIn,
        List<AddressRange> trustedProxies,
        Optional<TlsConfig> tls,
        GridConfig grid,
        ProcessConfig process) {
    public SchedulerConfig {
        trustedProxies = List.copyOf(trustedProxies);
        new Checks()
                .that(
                        consoleSignIn.isEmpty() || clientAuth instanceof ClientAuth.JwtValidate,
                        "console_sign_in",
                        "a table",
                        "none, for client_auth is not of type jwt_validate")
                .verify();
        operatorToken.ifPresent(token -> new Checks().notEmpty("operator_token", token).verify());
    }

    /** What others put in front of a route; ends in {@code /}. */
    public URI publicUrl() {
        return publicAddr.url(tls.isPresent() ? "https" : "http");
    }
}
