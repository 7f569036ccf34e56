import io.cachepot.config.ClientAuth;
import io.cachepot.config.GridConfig;
import io.cachepot.config.HostPort;
import io.cachepot.config.Secret;
import io.cachepot.config.WorkerAuth;
import io.cachepot.node.auth.ClientDoor;
import io.cachepot.node.auth.OneTokenDoor;
import io.cachepot.node.auth.WorkerDoor;
import io.cachepot.node.grid.SchedulerGrid;
import io.cachepot.node.http.HttpServer;
import io.cachepot.node.http.SchedulerServer;
import io.cachepot.node.scheduler.SchedulerService;
import io.cachepot.node.worker.WorkerCertificate;
import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.auth.JobTokenSigner;
import io.cachepot.protocol.auth.TokenKeyPair;
import io.cachepot.protocol.http.Headers;
import io.cachepot.protocol.http.Routes;
import io.cachepot.protocol.wire.Json;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Draws grants of one scheduler of a pair as fast as it gives them; the other one runs the same
 * program. Workers are played: every 50 ms each one says that all it was granted has ended.
 *
 * <p>usage: GrantBench OWN_PORT OTHER_PORT CERTIFICATE.pem SECONDS CLIENTS COUNT RATE [RECORDS]. COUNT
 * is how many grants a call asks for; RATE is how many calls a second begin (open loop), 0 to begin
 * the next when one ends (closed loop). With RECORDS no more grants than that are drawn, and what is
 * told is what memory they take. The scheduler listens for HTTPS as well, at OWN_PORT + 100.
 *
 * <p>GrantBench client PORT SECONDS CALLERS COUNT draws there as one client, over one connection.
 */
public final class GrantBench {
    private static final int WORKERS = 100;
    private static final int PERMITS = 64;
    private static final TokenKeyPair TOKEN_KEYS = TokenKeyPair.create();
    private static final ToolchainId GCC = new ToolchainId(Digest.of(Bytes.utf8("gcc")));

    private final SchedulerGrid grid;
    private final SchedulerService service;
    private final String pem;
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final LongAdder grants = new LongAdder();
    private final LongAdder total = new LongAdder();
    private final LongAdder refusals = new LongAdder();
    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final long records;
    private final HttpServer server;
    private volatile boolean isMeasured;

    private GrantBench(int ownPort, int otherPort, String pem, long records)
            throws IOException {
        this.pem = pem;
        this.records = records;
        var signer = new JobTokenSigner();
        var config =
                new GridConfig(
                        "bench",
                        new HostPort("127.0.0.1", ownPort),
                        Optional.empty(),
                        false,
                        List.of(new HostPort("127.0.0.1", otherPort)),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10));
        String url = "http://127.0.0.1:" + ownPort + "/";
        grid = SchedulerGrid.join(config, Optional.empty(), url, signer.publicKey());
        service =
                new SchedulerService(
                        grid.workers(), grid.jobs(), grid.schedulers(), grid.contents(), signer, List.of());
        service.start();
        var tls = WorkerCertificate.create("127.0.0.1", new SecureRandom(), Instant.now()).sslContext();
        server =
                SchedulerServer.of(
                        new HostPort("127.0.0.1", ownPort + 100),
                        Optional.of(tls),
                        List.of(),
                        service,
                        ClientDoor.of(new ClientAuth.Token(Secret.of("bench"))),
                        WorkerDoor.of(new WorkerAuth.Token(Secret.of("bench")), java.util.Set::of),
                        OneTokenDoor.ofOperators(Optional.empty()),
                        Optional.empty());
        server.start();
    }

    public static void main(String[] args) throws Exception {
        if (args[0].equals("client")) {
            client(
                    Integer.parseInt(args[1]),
                    Integer.parseInt(args[2]),
                    Integer.parseInt(args[3]),
                    Integer.parseInt(args[4]));
            System.exit(0);
        }
        var bench =
                new GrantBench(
                        Integer.parseInt(args[0]),
                        Integer.parseInt(args[1]),
                        Files.readString(Path.of(args[2])),
                        args.length > 7 ? Long.parseLong(args[7]) : Long.MAX_VALUE);
        bench.run(
                Integer.parseInt(args[3]),
                Integer.parseInt(args[4]),
                Integer.parseInt(args[5]),
                Integer.parseInt(args[6]));
        System.exit(0);
    }

    private void run(int seconds, int clients, int count, int rate) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < WORKERS; i++) {
                var worker = new WorkerId("w" + i + ":1");
                threads.execute(() -> report(worker));
            }
            while (grid.schedulers().present().size() < 2) {
                Thread.sleep(100);
            }
            Thread.sleep(1_000);
            if (rate == 0) {
                for (int i = 0; i < clients; i++) {
                    String client = "client" + i;
                    threads.execute(() -> drawAgainAndAgain(client, count));
                }
            } else {
                threads.execute(() -> drawAtRate(threads, clients, count, rate));
            }
            if (records < Long.MAX_VALUE) {
                while (total.sum() < records) {
                    Thread.sleep(100);
                }
                // Those of the other one are copied to this one.
                Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
                System.out.printf(
                        "         %d jobs granted here; %d MB resident%n",
                        total.sum(), residentMegabytes());
                isOver.set(true);
                return;
            }
            // Compilers of the JVM have done most of their work by then.
            Thread.sleep(TimeUnit.SECONDS.toMillis(seconds) / 2);
            measure(seconds);
            // The other one may still measure.
            Thread.sleep(2_000);
            System.out.printf(
                    "         %d jobs granted in all; %d MB resident%n",
                    total.sum(), residentMegabytes());
            isOver.set(true);
        }
    }

    private void measure(int seconds) throws InterruptedException {
        grants.reset();
        long cpu = cpuNanos();
        isMeasured = true;
        Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
        isMeasured = false;
        long granted = grants.sum();
        double micros = (cpuNanos() - cpu) / 1e3 / granted;
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        System.out.printf(
                "%8d grants/s, %d refused; a call p50 %.2f ms, p99 %.2f, p99.9 %.2f; %.0f us of CPU a grant, all"
                        + " of the process%n",
                granted / seconds,
                refusals.sum(),
                quantile(sorted, 0.5),
                quantile(sorted, 0.99),
                quantile(sorted, 0.999),
                micros);
    }

    private static double quantile(long[] sorted, double q) {
        return sorted.length == 0 ? 0 : sorted[(int) (q * (sorted.length - 1))] / 1e6;
    }

    private static long residentMegabytes() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        }
    }

    private static long cpuNanos() {
        var system =
                (com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime();
    }

    private void drawAgainAndAgain(String client, int count) {
        while (!isOver.get() && total.sum() < records) {
            draw(client, count, System.nanoTime());
        }
    }

    /** A call that could not begin in time counts from when it should have begun. */
    private void drawAtRate(ExecutorService threads, int clients, int count, int rate) {
        long began = System.nanoTime();
        for (long i = 0; !isOver.get(); i++) {
            long due = began + i * 1_000_000_000L / rate;
            String client = "client" + i % clients;
            long left = due - System.nanoTime();
            if (left > 0) {
                LockSupport.parkNanos(left);
            }
            threads.execute(() -> draw(client, count, due));
        }
    }

    private void draw(String client, int count, long beganNanos) {
        try {
            var response = service.alloc(AllocJobRequest.of(GCC, count, 10_000, client));
            long took = System.nanoTime() - beganNanos;
            if (isMeasured) {
                nanos.add(took);
            }
            switch (response) {
                case AllocJobResponse.Granted(var got) -> {
                    grants.add(got.size());
                    total.add(got.size());
                }
                case AllocJobResponse.Refused _ -> refusals.increment();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes any certificate for its host: the schedulers of this bench make theirs at their start. */
    private static SSLContext trusting() throws GeneralSecurityException {
        var all =
                new X509TrustManager() {
                    @Override
                    public void checkClientTrusted(X509Certificate[] chain, String type) {}

                    @Override
                    public void checkServerTrusted(X509Certificate[] chain, String type) {}

                    @Override
                    public X509Certificate[] getAcceptedIssuers() {
                        return new X509Certificate[0];
                    }
                };
        var context = SSLContext.getInstance("TLSv1.3");
        context.init(null, new TrustManager[] {all}, null);
        return context;
    }

    private static void client(int port, int seconds, int callers, int count) throws Exception {
        byte[] body = Json.encode(AllocJobRequest.of(GCC, count, 10_000, "client"));
        var request =
                HttpRequest.newBuilder(
                                URI.create("https://127.0.0.1:" + port).resolve(Routes.ALLOC_JOB))
                        .header(Headers.AUTHORIZATION, Headers.BEARER + "bench")
                        .header(Headers.PROTOCOL, "1")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        var got = new LongAdder();
        var nanos = new ConcurrentLinkedQueue<Long>();
        var isOver = new AtomicBoolean();
        try (var http = HttpClient.newBuilder().sslContext(trusting()).build();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < callers; i++) {
                threads.submit(
                        () -> {
                            while (!isOver.get()) {
                                long began = System.nanoTime();
                                byte[] answer =
                                        http.send(request, HttpResponse.BodyHandlers.ofByteArray())
                                                .body();
                                if (Json.decode(answer, AllocJobResponse.class)
                                        instanceof AllocJobResponse.Granted(var grants)) {
                                    got.add(grants.size());
                                    nanos.add(System.nanoTime() - began);
                                }
                            }
                            return null;
                        });
            }
            Thread.sleep(TimeUnit.SECONDS.toMillis(seconds) / 2);
            got.reset();
            nanos.clear();
            Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
            long granted = got.sum();
            long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
            isOver.set(true);
            System.out.printf(
                    "%8d grants/s; a call p50 %.2f ms, p99 %.2f, p99.9 %.2f%n",
                    granted / seconds,
                    quantile(sorted, 0.5),
                    quantile(sorted, 0.99),
                    quantile(sorted, 0.999));
        }
    }

    private void report(WorkerId worker) {
        while (!isOver.get()) {
            var ended = new ArrayList<EndedJob>();
            grid.workers()
                    .find(worker)
                    .ifPresent(known ->
                            known.entry()
                                    .leases()
                                    .keySet()
                                    .forEach(job -> ended.add(new EndedJob(job, 1))));
            service.report(
                    worker,
                    new WorkerReport(
                            1,
                            System.nanoTime() & Long.MAX_VALUE,
                            "https://" + worker + "/",
                            pem,
                            TOKEN_KEYS.publicKey(),
                            PERMITS,
                            WorkerReport.State.UP,
                            List.of(),
                            ended,
                            List.of(GCC),
                            PERMITS,
                            0,
                            -1,
                            List.of(),
                            "bench"));
            try {
                Thread.sleep(50);
            } catch (InterruptedException _) {
                return;
            }
        }
    }
}
