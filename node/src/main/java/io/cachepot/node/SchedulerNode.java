package io.cachepot.node;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.config.ClientAuth;
import io.cachepot.config.SchedulerConfig;
import io.cachepot.config.WorkerAuth;
import io.cachepot.node.auth.ClientDoor;
import io.cachepot.node.auth.OneTokenDoor;
import io.cachepot.node.auth.WorkerDoor;
import io.cachepot.node.grid.SchedulerGrid;
import io.cachepot.node.http.HttpServer;
import io.cachepot.node.http.SchedulerServer;
import io.cachepot.node.scheduler.SchedulerService;
import io.cachepot.protocol.auth.JobTokenSigner;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A scheduler: makes every part once, starts them in order, closes them in reverse. */
final class SchedulerNode implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SchedulerNode.class.getName());

    private final MemberTlsFiles member;
    private final SchedulerFiles files;
    private final SchedulerGrid grid;
    private final SchedulerService service;
    private final HttpServer server;

    private SchedulerNode(
            MemberTlsFiles member,
            SchedulerFiles files,
            SchedulerGrid grid,
            SchedulerService service,
            HttpServer server) {
        this.member = member;
        this.files = files;
        this.grid = grid;
        this.service = service;
        this.server = server;
    }

    /**
     * Joins the grid and opens the doors.
     *
     * @param settings where {@code config} comes from, to be followed
     * @throws IOException when a port is in use or a file can not be read
     * @throws io.cachepot.node.grid.GridException when the grid can not be joined
     */
    static SchedulerNode start(SchedulerConfig config, Optional<SchedulerFiles.Settings> settings)
            throws IOException {
        var files = new SchedulerFiles(config, settings);
        var clients = ClientDoor.of(config.clientAuth());
        var workers = WorkerDoor.of(config.workerAuth(), files::revoked);
        List<String> warnings = warnings(config);
        warnings.forEach(warning -> LOG.log(WARNING, warning));
        var signer = new JobTokenSigner();
        var member = new MemberTlsFiles(Optional.of(config.grid()), InstantSource.system());
        var grid =
                SchedulerGrid.join(
                        config.grid(),
                        member.tls(),
                        config.publicUrl().toString(),
                        signer.publicKey());
        var service =
                new SchedulerService(
                        grid.workers(),
                        grid.jobs(),
                        grid.schedulers(),
                        grid.contents(),
                        signer,
                        warnings);
        var server =
                SchedulerServer.of(
                        config.bindAddr(),
                        files.tls(),
                        config.trustedProxies(),
                        service,
                        clients,
                        workers,
                        OneTokenDoor.ofOperators(config.operatorToken()),
                        config.consoleSignIn());
        var node = new SchedulerNode(member, files, grid, service, server);
        try {
            member.start();
            files.start();
            service.start();
            server.start();
        } catch (IOException | RuntimeException e) {
            node.close();
            throw e;
        }
        LOG.log(
                INFO,
                "scheduler is ready: url={0} grid={1}",
                config.publicUrl(),
                grid.schedulers().gridMembers());
        return node;
    }

    private static List<String> warnings(SchedulerConfig config) {
        var warnings = new ArrayList<String>();
        if (config.clientAuth() instanceof ClientAuth.Insecure) {
            warnings.add("client_auth is DANGEROUSLY_INSECURE: anybody may compile here");
        }
        if (config.workerAuth() instanceof WorkerAuth.Insecure) {
            warnings.add("worker_auth is DANGEROUSLY_INSECURE: anybody may be a worker");
        }
        if (config.grid().isDangerouslyInsecure() && !config.grid().bindAddr().isLoopback()) {
            warnings.add(
                    "grid.dangerously_insecure is set: whoever reaches "
                            + config.grid().bindAddr()
                            + " can join the grid");
        }
        if (config.clientAuth() instanceof ClientAuth.JwtValidate jwt
                && jwt.jwksUrl().getScheme().equals("http")) {
            warnings.add(
                    "client_auth.jwks_url is plain HTTP: whoever can change its answers can make"
                            + " tokens");
        }
        if (config.tls().isEmpty() && !config.bindAddr().isLoopback()) {
            warnings.add(
                    "tokens and grants cross the network in clear: set a table [tls], or bind_addr"
                            + " on loopback behind a proxy that speaks HTTPS");
        }
        return warnings;
    }

    /** Whoever waits is refused, doors close, the grid goes on without this member. */
    @Override
    public void close() {
        service.close();
        server.close();
        grid.close();
        files.close();
        member.close();
    }
}
