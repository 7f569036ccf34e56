package io.cachepot.node.http;

import io.cachepot.config.AddressRange;
import io.cachepot.config.ConsoleSignIn;
import io.cachepot.config.HostPort;
import io.cachepot.config.metrics.MetricsText;
import io.cachepot.node.auth.ClientDoor;
import io.cachepot.node.auth.OneTokenDoor;
import io.cachepot.node.auth.WorkerDoor;
import io.cachepot.node.metrics.SchedulerMetrics;
import io.cachepot.node.scheduler.SchedulerService;
import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.BuildDetails;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.ErrorBody;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.JobState;
import io.cachepot.protocol.ReturnedGrants;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.ToolchainWish;
import io.cachepot.protocol.Viewer;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.WorkerReportReply;
import io.cachepot.protocol.http.Routes;
import io.cachepot.protocol.wire.Json;
import io.undertow.Handlers;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RoutingHandler;
import io.undertow.util.StatusCodes;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** A scheduler's routes. */
public final class SchedulerServer {
    private static final int STREAMS_MAX = 4;

    /** A client has a few; a machine with many of them, and an office behind one address, more. */
    private static final int CONNECTIONS_OF_A_PEER_MAX = 1_024;

    /** Of clients and operators: who they are makes no difference. */
    private static final String NO_NAME = "";

    private final SchedulerService service;
    private final MetricsText metrics;
    private final ClientDoor clients;
    private final WorkerDoor workerDoor;
    private final OneTokenDoor operators;
    private final Optional<ConsoleSignIn> signIn;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private SchedulerServer(
            SchedulerService service,
            ClientDoor clients,
            WorkerDoor workers,
            OneTokenDoor operators,
            Optional<ConsoleSignIn> signIn) {
        this.operators = operators;
        this.signIn = signIn;
        this.service = service;
        metrics = new MetricsText(new SchedulerMetrics(service));
        this.clients = clients;
        this.workerDoor = workers;
    }

    /**
     * A server that is not started yet.
     *
     * @param proxies whose word on where a request comes from is believed
     * @param signIn how the console's users get a token; empty where they have one
     */
    public static HttpServer of(
            HostPort bind,
            Optional<SSLContext> tls,
            List<AddressRange> proxies,
            SchedulerService service,
            ClientDoor clients,
            WorkerDoor workers,
            OneTokenDoor operators,
            Optional<ConsoleSignIn> signIn) {
        var server = new SchedulerServer(service, clients, workers, operators, signIn);
        return new HttpServer(
                bind,
                tls,
                HttpServer.Versions.HTTP_2_TOO,
                new ConnectionLimit(CONNECTIONS_OF_A_PEER_MAX, proxies),
                new ForwardedHandler(
                        new OtherOrigins(new ProtocolHandler(server.routes()), server::origins),
                        proxies),
                STREAMS_MAX);
    }

    private HttpHandler routes() {
        String id = Parameters.PATTERN;
        RoutingHandler routes = Health.addTo(Handlers.routing(), service::troubles);
        ConsoleFiles.addTo(routes, this::origins, signIn);
        routes.post(Routes.ALLOC_JOB, forClients(this::alloc))
                .post(Routes.RETURN_GRANTS, forClients(this::takeBack))
                .post(Routes.HEARTBEAT_WORKER, forWorkers(this::heartbeat))
                .post(Routes.JOB_STATE + id, forWorkers(this::noteJob))
                .get(Routes.JOB_STATE + id, forViewers(this::job))
                .get(Routes.WORKER_CERTIFICATE + id, forClients(this::certificate))
                .get(Routes.RESULT + id, forClients(this::result))
                .post(Routes.TOOLCHAIN_SOURCE + id, forWorkers(this::toolchainSource))
                .post(Routes.DRAIN + id, forOperators(this::drain))
                .post(Routes.UNDRAIN + id, forOperators(this::undrain))
                .get(Routes.STATUS, forViewers(this::status))
                .get(Routes.WORKERS, forViewers(this::workers))
                .get(Routes.JOBS, forViewers(this::jobs))
                .get(Routes.JOB + id, forViewers(this::jobDetails))
                .post(Routes.REPORT_BUILD, forClients(this::reportBuild))
                .get(Routes.BUILD + id, forViewers(this::build))
                .get(Routes.BUILDS, forViewers(this::builds))
                .get(Routes.TOOLCHAINS, forViewers(this::toolchains))
                .get(Routes.GRID, forViewers(this::grid))
                .get(Routes.TRENDS, forViewers(this::trends))
                .get(Routes.VIEWER, forViewers(this::viewer))
                .get(Routes.METRICS, forViewers(this::metrics))
                .get(Routes.EVENTS, new EventStream(service.events(), this::checkViewer, threads))
                .setFallbackHandler(Fallbacks::unknownPath)
                .setInvalidMethodHandler(Fallbacks::wrongMethod);
        return routes;
    }

    /** Of all schedulers, those that are gone among them, as browsers write them. */
    private List<String> origins() {
        return service.everSeen().stream()
                .map(URI::create)
                .map(url -> url.getScheme() + "://" + url.getRawAuthority())
                .toList();
    }

    private HttpHandler forClients(ClientCall call) {
        return behind(clients::check, call);
    }

    private HttpHandler forViewers(ClientCall call) {
        return behind(this::checkViewer, call);
    }

    /** Who may do more may look, too. */
    private void checkViewer(String bearer) {
        if (!operators.isOpenTo(bearer)) {
            clients.check(bearer);
        }
    }

    private HttpHandler forWorkers(JsonHandler.Call<WorkerId> call) {
        return new JsonHandler<>(threads, exchange -> workerDoor.check(Bearers.of(exchange)), call);
    }

    private HttpHandler forOperators(ClientCall call) {
        return behind(operators::check, call);
    }

    /** For those who have no name that matters. */
    private HttpHandler behind(Consumer<String> door, ClientCall call) {
        return new JsonHandler<>(
                threads,
                exchange -> {
                    door.accept(Bearers.of(exchange));
                    return NO_NAME;
                },
                (exchange, _, body) -> call.answer(exchange, body));
    }

    /** What somebody asks for who has no name. */
    @FunctionalInterface
    private interface ClientCall {
        Object answer(HttpServerExchange exchange, byte[] body) throws Exception;
    }

    private Object alloc(HttpServerExchange exchange, byte[] body) throws InterruptedException {
        return service.alloc(Json.decode(body, AllocJobRequest.class));
    }

    private Object takeBack(HttpServerExchange exchange, byte[] body) {
        service.takeBack(Json.decode(body, ReturnedGrants.class));
        return Map.of();
    }

    private Object heartbeat(HttpServerExchange exchange, WorkerId worker, byte[] body) {
        var reply = service.report(worker, Json.decode(body, WorkerReport.class));
        return isReachableFrom(exchange.getSourceAddress().getAddress(), reply.gridMembers())
                ? reply
                : withoutGrid(reply);
    }

    /** A grid on loopback is of no use to a worker elsewhere. */
    private static boolean isReachableFrom(InetAddress worker, List<String> gridMembers) {
        return worker.isLoopbackAddress()
                || gridMembers.stream().noneMatch(member -> HostPort.parse(member).isLoopback());
    }

    private static WorkerReportReply withoutGrid(WorkerReportReply reply) {
        return new WorkerReportReply(
                reply.isNew(),
                reply.tokenKeys(),
                reply.schedulers(),
                reply.gridName(),
                List.of(),
                reply.prefetch());
    }

    private Object noteJob(HttpServerExchange exchange, WorkerId worker, byte[] body) {
        service.jobState(
                worker, Parameters.of(exchange, JobId::new), Json.decode(body, JobState.class));
        return Map.of();
    }

    private Object job(HttpServerExchange exchange, byte[] body) {
        JobId job = Parameters.of(exchange, JobId::new);
        return service.job(job)
                .<Object>map(record -> record)
                .orElseGet(() -> missing(exchange, "job", job));
    }

    private Object certificate(HttpServerExchange exchange, byte[] body) {
        WorkerId worker = Parameters.of(exchange, WorkerId::new);
        return service.certificate(worker)
                .<Object>map(pem -> Map.of("cert_pem", pem))
                .orElseGet(() -> missing(exchange, "worker", worker));
    }

    private Object result(HttpServerExchange exchange, byte[] body) {
        return service.result(Parameters.of(exchange, Digest::fromHex));
    }

    private Object toolchainSource(HttpServerExchange exchange, WorkerId worker, byte[] body) {
        return service.toolchainSource(
                worker,
                Parameters.of(exchange, ToolchainId::fromHex),
                Json.decode(body, ToolchainWish.class));
    }

    private Object drain(HttpServerExchange exchange, byte[] body) {
        return drained(exchange, true);
    }

    private Object undrain(HttpServerExchange exchange, byte[] body) {
        return drained(exchange, false);
    }

    private Object drained(HttpServerExchange exchange, boolean isDrained) {
        WorkerId worker = Parameters.of(exchange, WorkerId::new);
        return service.drain(worker, isDrained) ? Map.of() : missing(exchange, "worker", worker);
    }

    private Object status(HttpServerExchange exchange, byte[] body) {
        return service.status().status();
    }

    private Object workers(HttpServerExchange exchange, byte[] body) {
        return service.status().workers();
    }

    private Object jobs(HttpServerExchange exchange, byte[] body) {
        return service.status().jobs();
    }

    private Object jobDetails(HttpServerExchange exchange, byte[] body) {
        JobId job = Parameters.of(exchange, JobId::new);
        return service.status()
                .job(job)
                .<Object>map(details -> details)
                .orElseGet(() -> missing(exchange, "job", job));
    }

    private Object reportBuild(HttpServerExchange exchange, byte[] body) {
        service.build(Json.decode(body, BuildDetails.class));
        return Map.of();
    }

    private Object build(HttpServerExchange exchange, byte[] body) {
        String build = Parameters.of(exchange, id -> id);
        return service.build(build)
                .<Object>map(known -> known)
                .orElseGet(() -> missing(exchange, "build", build));
    }

    private Object builds(HttpServerExchange exchange, byte[] body) {
        return service.builds();
    }

    private Object toolchains(HttpServerExchange exchange, byte[] body) {
        return service.status().toolchains();
    }

    private Object grid(HttpServerExchange exchange, byte[] body) {
        return service.gridDetails();
    }

    private Object trends(HttpServerExchange exchange, byte[] body) {
        return service.trends();
    }

    private Object viewer(HttpServerExchange exchange, byte[] body) {
        return new Viewer(operators.isOpenTo(Bearers.of(exchange)));
    }

    private Object metrics(HttpServerExchange exchange, byte[] body) {
        return new Text(MetricsText.CONTENT_TYPE, metrics.now());
    }

    private static ErrorBody missing(HttpServerExchange exchange, String what, Object which) {
        exchange.setStatusCode(StatusCodes.NOT_FOUND);
        return new ErrorBody("not_found", what + " " + which + " is not known here");
    }
}
