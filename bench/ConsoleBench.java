import io.cachepot.config.ClientAuth;
import io.cachepot.config.GridConfig;
import io.cachepot.config.HostPort;
import io.cachepot.config.Secret;
import io.cachepot.config.WorkerAuth;
import io.cachepot.node.auth.ClientDoor;
import io.cachepot.node.auth.OneTokenDoor;
import io.cachepot.node.auth.WorkerDoor;
import io.cachepot.node.grid.SchedulerGrid;
import io.cachepot.node.http.SchedulerServer;
import io.cachepot.node.scheduler.SchedulerService;
import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.BuildDetails;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.CacheDetails;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.JobEnd;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.auth.JobTokenSigner;
import io.cachepot.protocol.auth.TokenKeyPair;
import io.cachepot.protocol.wire.Json;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Shows the console of a scheduler with many workers, which are played, in headless Chromium, and
 * says how smoothly the page is drawn meanwhile.
 *
 * <p>usage: ConsoleBench CERTIFICATE.pem DIRECTORY SECONDS WORKERS JOBS_EACH
 */
public final class ConsoleBench {
    private static final int PORT = 15901;
    private static final int CLIENTS = 40;
    private static final String TOKEN = "bench";
    private static final ToolchainId GCC = new ToolchainId(Digest.of(Bytes.utf8("gcc")));

    /** Counts what a page is slow with: frames, and those that take more than 50 ms. */
    private static final String MEASURE =
            """
            new Promise(resolve => {
              const gaps = [], slow = [];
              new PerformanceObserver(list => slow.push(...list.getEntries())).observe({type: 'long-animation-frame'});
              const from = performance.now();
              let last = from;
              const step = now => {
                gaps.push(now - last);
                last = now;
                if (now - from < %d) return requestAnimationFrame(step);
                gaps.sort((a, b) => a - b);
                slow.sort((a, b) => b.duration - a.duration);
                const at = part => gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * part))].toFixed(1);
                const worst = slow[0];
                const script = worst?.scripts.reduce((sum, each) => sum + each.duration, 0) ?? 0;
                const end = worst ? worst.startTime + worst.duration : 0;
                resolve(`${gaps.length} frames, between them ${at(0.5)} ms in the median, ${at(0.99)} ms at 99 of a hundred; `
                  + `${slow.length} frames of more than 50 ms` + (worst ? `, ${worst.duration.toFixed(0)} ms at most (script ${script.toFixed(0)}, `
                  + `layout ${(end - worst.styleAndLayoutStart).toFixed(0)})` : '')
                  + `; ${document.getElementsByTagName('*').length} elements, ${(performance.memory.usedJSHeapSize / 1e6).toFixed(0)} MB of script`);
              };
              requestAnimationFrame(step);
            })""";

    private final SchedulerService service;
    private final String pem;
    private final int workers;
    private final int jobsEach;
    private final TokenKeyPair keys = TokenKeyPair.create();
    private final SplittableRandom random = new SplittableRandom(7);

    /** By worker: when each of its jobs ends. */
    private final Map<WorkerId, Map<JobId, Long>> running = new HashMap<>();

    private long sequence;

    private ConsoleBench(SchedulerService service, String pem, int workers, int jobsEach) {
        this.service = service;
        this.pem = pem;
        this.workers = workers;
        this.jobsEach = jobsEach;
    }

    public static void main(String[] args) throws Exception {
        int seconds = Integer.parseInt(args[2]);
        var signer = new JobTokenSigner();
        var config =
                new GridConfig(
                        "bench",
                        new HostPort("127.0.0.1", 0),
                        Optional.empty(),
                        false,
                        List.of(),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10));
        String url = "http://127.0.0.1:" + PORT + "/";
        var grid = SchedulerGrid.join(config, Optional.empty(), url, signer.publicKey());
        var service =
                new SchedulerService(
                        grid.workers(), grid.jobs(), grid.schedulers(), grid.contents(), signer, List.of());
        service.start();
        var server =
                SchedulerServer.of(
                        new HostPort("127.0.0.1", PORT),
                        Optional.empty(),
                        List.of(),
                        service,
                        ClientDoor.of(new ClientAuth.Token(Secret.of(TOKEN))),
                        WorkerDoor.of(new WorkerAuth.Token(Secret.of(TOKEN)), java.util.Set::of),
                        OneTokenDoor.ofOperators(Optional.empty()),
                        Optional.empty());
        server.start();
        var bench =
                new ConsoleBench(
                        service,
                        Files.readString(Path.of(args[0])),
                        Integer.parseInt(args[3]),
                        Integer.parseInt(args[4]));
        Thread.ofPlatform().daemon().start(bench::play);
        while (service.status().status().inProgress() < bench.workers * bench.jobsEach) {
            Thread.sleep(200);
        }
        for (String route : List.of("status", "workers", "builds", "jobs")) {
            System.out.printf("%s: %d KiB%n", route, size(url + "api/v1/scheduler/" + route) >> 10);
        }
        long cpuBefore = cpuNanos();
        try (var page = new Page(Path.of(args[1]))) {
            page.evaluate("1");
            page.call("Page.navigate", Map.of("url", url));
            Thread.sleep(2_000);
            page.evaluate(
                    "sessionStorage.setItem('token', '" + TOKEN + "'); location.reload(); 1");
            Thread.sleep(5_000);
            System.out.println("top of the page: " + page.evaluate(MEASURE.formatted(seconds * 1_000)));
            page.shot(Path.of(args[1], "console.png"));
            page.evaluate("document.getElementById('jobs').scrollIntoView(); 1");
            System.out.println("at the jobs: " + page.evaluate(MEASURE.formatted(seconds * 1_000)));
            System.out.printf(
                    "the scheduler, its players included: %.0f %% of a processor%n",
                    100.0 * (cpuNanos() - cpuBefore) / ((2L * seconds + 7) * 1_000_000_000L));
        }
        System.exit(0);
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static int size(String url) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(url))
                        .header("Authorization", "Bearer " + TOKEN)
                        .header("Cachepot-Protocol", "1")
                        .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofByteArray())
                .body()
                .length;
    }

    /** Workers that run what is granted for some seconds, and clients that ask for more. */
    private void play() {
        for (int i = 0; i < workers; i++) {
            running.put(new WorkerId("10.1.%d.%d:10501".formatted(i / 250, i % 250 + 1)), new HashMap<>());
        }
        running.keySet().forEach(worker -> report(worker, List.of()));
        try {
            for (long round = 0; ; round++) {
                ask("user%d@host%d".formatted(round % CLIENTS, round % CLIENTS));
                running.keySet().forEach(this::endJobs);
                tell((int) (round % CLIENTS), round);
                Thread.sleep(50);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(String client) throws InterruptedException {
        var answer = service.alloc(AllocJobRequest.of(GCC, AllocJobRequest.COUNT_MAX, 0, client));
        if (answer instanceof AllocJobResponse.Granted(var grants)) {
            long now = System.nanoTime();
            grants.forEach(
                    grant ->
                            running.get(grant.worker())
                                    .put(grant.job(), now + random.nextLong(2_000_000_000L, 20_000_000_000L)));
        }
    }

    private void endJobs(WorkerId worker) {
        var ended = new ArrayList<EndedJob>();
        long now = System.nanoTime();
        running.get(worker)
                .entrySet()
                .removeIf(
                        job -> {
                            boolean isOver = job.getValue() < now;
                            if (isOver) {
                                ended.add(
                                        new EndedJob(
                                                job.getKey(),
                                                random.nextLong(100, 20_000),
                                                List.of(),
                                                new JobEnd(0, "", 900, 0, 3_000, 500_000, "")));
                            }
                            return isOver;
                        });
        if (!ended.isEmpty() || sequence % 40 == 0) {
            report(worker, ended);
        }
        sequence++;
    }

    private void report(WorkerId worker, List<EndedJob> ended) {
        service.report(
                worker,
                new WorkerReport(
                        1,
                        System.nanoTime() & Long.MAX_VALUE,
                        "https://" + worker + "/",
                        pem,
                        keys.publicKey(),
                        jobsEach,
                        WorkerReport.State.UP,
                        List.copyOf(running.get(worker).keySet()),
                        ended,
                        List.of(GCC),
                        jobsEach,
                        64L << 30,
                        jobsEach,
                        List.of(new CacheDetails("results", 5L << 30, 10L << 30, 900, 100, 7)),
                        "bench"));
    }

    private void tell(int client, long round) {
        long hits = round * 3;
        service.build(
                new BuildDetails(
                        "%032x".formatted(client + 1 + (round / 4_000) * CLIENTS),
                        "user%d@host%d".formatted(client, client),
                        "make",
                        "project-" + client,
                        System.currentTimeMillis() - 60_000,
                        60_000,
                        false,
                        8,
                        new BuildDetails.Counts(hits, round % 50, round, round % 9, 1, 4, 0),
                        500_000,
                        List.of(new BuildDetails.Reason("source changed", round)),
                        List.of(),
                        List.of(),
                        List.of()));
    }

    /** A page in headless Chromium, by its DevTools protocol. */
    private static final class Page implements AutoCloseable, WebSocket.Listener {
        private final Process chromium;
        private final WebSocket socket;
        private final StringBuilder heard = new StringBuilder();
        private final Map<Integer, CompletableFuture<Map<?, ?>>> answers =
                new java.util.concurrent.ConcurrentHashMap<>();
        private int calls;

        Page(Path directory) throws Exception {
            Path profile = directory.resolve("profile");
            chromium =
                    new ProcessBuilder(
                                    "chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
                                    "--remote-debugging-port=0", "--remote-allow-origins=*",
                                    "--window-size=1280,900", "--user-data-dir=" + profile, "about:blank")
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve("chromium.log").toFile())
                            .start();
            Path port = profile.resolve("DevToolsActivePort");
            for (int i = 0; i < 300 && !Files.exists(port); i++) {
                Thread.sleep(100);
            }
            Thread.sleep(200);
            var http = HttpClient.newHttpClient();
            String base = "http://127.0.0.1:" + Files.readAllLines(port).getFirst();
            String made =
                    http.send(
                                    HttpRequest.newBuilder(URI.create(base + "/json/new"))
                                            .PUT(HttpRequest.BodyPublishers.noBody())
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body();
            Map<?, ?> target = Json.decode(made.getBytes(StandardCharsets.UTF_8), Map.class);
            socket =
                    http.newWebSocketBuilder()
                            .buildAsync(URI.create(target.get("webSocketDebuggerUrl").toString()), this)
                            .get(30, TimeUnit.SECONDS);
            call("Emulation.setDeviceMetricsOverride",
                    Map.of("width", 1280, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        }

        Map<?, ?> call(String method, Map<String, ?> parameters) throws Exception {
            int id = ++calls;
            var answer = new CompletableFuture<Map<?, ?>>();
            answers.put(id, answer);
            byte[] message = Json.encode(Map.of("id", id, "method", method, "params", parameters));
            socket.sendText(new String(message, StandardCharsets.UTF_8), true).join();
            return answer.get(180, TimeUnit.SECONDS);
        }

        String evaluate(String expression) throws Exception {
            Map<?, ?> answer =
                    call(
                            "Runtime.evaluate",
                            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
            return String.valueOf(((Map<?, ?>) ((Map<?, ?>) answer.get("result")).get("result")).get("value"));
        }

        void shot(Path file) throws Exception {
            Map<?, ?> answer = call("Page.captureScreenshot", Map.of("format", "png"));
            String data = String.valueOf(((Map<?, ?>) answer.get("result")).get("data"));
            Files.write(file, Base64.getDecoder().decode(data));
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
            heard.append(data);
            if (isLast) {
                Map<?, ?> message =
                        Json.decode(heard.toString().getBytes(StandardCharsets.UTF_8), Map.class);
                heard.setLength(0);
                if (message.get("id") instanceof Integer id && answers.remove(id) instanceof CompletableFuture<Map<?, ?>> answer) {
                    answer.complete(message);
                }
            }
            from.request(1);
            return null;
        }

        @Override
        public void close() {
            chromium.descendants().forEach(ProcessHandle::destroyForcibly);
            chromium.destroyForcibly();
        }
    }
}
