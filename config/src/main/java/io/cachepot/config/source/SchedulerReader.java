package io.cachepot.config.source;

import io.cachepot.config.AddressRange;
import io.cachepot.config.ClientAuth;
import io.cachepot.config.ConsoleSignIn;
import io.cachepot.config.HostPort;
import io.cachepot.config.PublicAddress;
import io.cachepot.config.SchedulerConfig;
import io.cachepot.config.TlsConfig;
import io.cachepot.config.WebAddress;
import io.cachepot.config.WorkerAuth;
import io.cachepot.config.source.TableReader.Variant;
import java.util.List;

/** Reads a scheduler's settings. */
final class SchedulerReader {
    private SchedulerReader() {}

    static Read<SchedulerConfig> read(TableReader file, TableReader alone) {
        file.renamed("bind_address", "bind_addr");
        var publicAddr =
                file.text("public_addr", PublicAddress.EXPECTED, PublicAddress::parse).required();
        var bindAddr = file.text("bind_addr", HostPort.EXPECTED, HostPort::parse);
        var clientAuth = clientAuth(file.requiredTable("client_auth"));
        var workerAuth = workerAuth(file.requiredTable("worker_auth", "server_auth"));
        var operatorToken = file.secret("operator_token").optional();
        var signIn = file.optionalTable("console_sign_in").map(SchedulerReader::consoleSignIn);
        var proxies =
                file.list("trusted_proxies", AddressRange.EXPECTED, AddressRange::parse)
                        .or(List.of());
        var tls = file.optionalTable("tls").map(SchedulerReader::tls);
        var grid = GridReader.read(file.table("grid"));
        var process = ProcessReader.read(alone.table("process"));
        return file.build(() ->
                new SchedulerConfig(
                        publicAddr.get(),
                        bindAddr.or(() -> publicAddr.get().address()).get(),
                        clientAuth.get(),
                        workerAuth.get(),
                        operatorToken.get(),
                        signIn.map(Read::get),
                        proxies.get(),
                        tls.map(Read::get),
                        grid.get(),
                        process.get()));
    }

    private static Read<ClientAuth> clientAuth(TableReader table) {
        return table.choice(
                List.of(
                        new Variant<>("token", SchedulerReader::clientToken),
                        new Variant<>("jwt_validate", SchedulerReader::jwtValidate),
                        new Variant<>("mozilla", SchedulerReader::mozilla),
                        new Variant<>("proxy_token", SchedulerReader::proxyToken),
                        new Variant<>(
                                "DANGEROUSLY_INSECURE", t -> t.build(ClientAuth.Insecure::new))));
    }

    private static Read<ClientAuth> clientToken(TableReader table) {
        var token = table.secret("token").required();
        return table.build(() -> new ClientAuth.Token(token.get()));
    }

    private static Read<ClientAuth> jwtValidate(TableReader table) {
        var audience = table.text("audience").required();
        var issuer = table.text("issuer").required();
        var jwksUrl = table.text("jwks_url", WebAddress.EXPECTED, WebAddress::parse).required();
        return table.build(
                () -> new ClientAuth.JwtValidate(audience.get(), issuer.get(), jwksUrl.get()));
    }

    private static Read<ClientAuth> mozilla(TableReader table) {
        var groups = table.list("required_groups", "group names", name -> name).required();
        return table.build(() -> new ClientAuth.Mozilla(groups.get()));
    }

    private static Read<ClientAuth> proxyToken(TableReader table) {
        var url = table.text("url", WebAddress.EXPECTED, WebAddress::parse).required();
        var cacheFor = table.seconds("cache_secs").or(ClientAuth.ProxyToken.DEFAULT_CACHE_FOR);
        return table.build(() -> new ClientAuth.ProxyToken(url.get(), cacheFor.get()));
    }

    private static Read<WorkerAuth> workerAuth(TableReader table) {
        return table.choice(
                List.of(
                        new Variant<>("jwt_hs256", SchedulerReader::jwtHs256),
                        new Variant<>("token", SchedulerReader::workerToken),
                        new Variant<>(
                                "DANGEROUSLY_INSECURE", t -> t.build(WorkerAuth.Insecure::new))));
    }

    private static Read<WorkerAuth> jwtHs256(TableReader table) {
        var secretKey = table.secret("secret_key").required();
        var revoked = table.list("revoked", "ids of tokens, or host:port", id -> id).or(List.of());
        return table.build(() -> new WorkerAuth.JwtHs256(secretKey.get(), revoked.get()));
    }

    private static Read<WorkerAuth> workerToken(TableReader table) {
        var token = table.secret("token").required();
        return table.build(() -> new WorkerAuth.Token(token.get()));
    }

    private static Read<ConsoleSignIn> consoleSignIn(TableReader table) {
        var clientId = table.text("client_id").required();
        var authUrl = table.text("auth_url", WebAddress.EXPECTED, WebAddress::parse).required();
        var tokenUrl = table.text("token_url", WebAddress.EXPECTED, WebAddress::parse).required();
        return table.build(() -> new ConsoleSignIn(clientId.get(), authUrl.get(), tokenUrl.get()));
    }

    private static Read<TlsConfig> tls(TableReader table) {
        var certificate = table.path("certificate").required();
        var key = table.path("key").required();
        return table.build(() -> new TlsConfig(certificate.get(), key.get()));
    }
}
