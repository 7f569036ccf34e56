package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.cachepot.protocol.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One page in headless Chromium, driven by its DevTools protocol. */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process chromium;
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocket page;
    private final AtomicInteger calls = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Map<?, ?>>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    /**
     * @param directory for the browser's own files
     */
    Browser(Path directory, int width, int height) throws Exception {
        Path profile = directory.resolve("browser-" + width);
        chromium =
                new ProcessBuilder(
                                "chromium",
                                "--headless=new",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--hide-scrollbars",
                                "--remote-debugging-port=0",
                                "--remote-allow-origins=*",
                                "--window-size=" + width + "," + height,
                                "--user-data-dir=" + profile,
                                "about:blank")
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("browser.log").toFile())
                        .start();
        Path port = profile.resolve("DevToolsActivePort");
        Cluster.await(() -> lines(port).size() == 2, () -> "Chromium does not start");
        String base = "http://127.0.0.1:" + lines(port).getFirst();
        String target =
                http.send(
                                HttpRequest.newBuilder(URI.create(base + "/json/new"))
                                        .PUT(HttpRequest.BodyPublishers.noBody())
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
        Map<?, ?> described = Json.decode(target.getBytes(StandardCharsets.UTF_8), Map.class);
        page =
                http.newWebSocketBuilder()
                        .buildAsync(
                                URI.create(described.get("webSocketDebuggerUrl").toString()),
                                new Ear())
                        .get(30, TimeUnit.SECONDS);
        call("Page.enable", Map.of());
        call("Runtime.enable", Map.of());
        call("Log.enable", Map.of());
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        width,
                        "height",
                        height,
                        "deviceScaleFactor",
                        1,
                        "mobile",
                        width < 600));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException _) {
            return List.of();
        }
    }

    private final class Ear implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                Map<?, ?> message =
                        Json.decode(text.toString().getBytes(StandardCharsets.UTF_8), Map.class);
                text.setLength(0);
                heard(message);
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }
    }

    private void heard(Map<?, ?> message) {
        if (message.get("id") instanceof Integer id) {
            var answer = answers.remove(id);
            if (answer != null) {
                answer.complete(message);
            }
            return;
        }
        String method = String.valueOf(message.get("method"));
        boolean isComplaint =
                method.equals("Runtime.exceptionThrown")
                        || (method.equals("Runtime.consoleAPICalled")
                                && message.toString().contains("type=error"))
                        || (method.equals("Log.entryAdded")
                                && message.toString().contains("level=error"));
        if (isComplaint) {
            complaints.add(message.toString());
        }
    }

    private Map<?, ?> call(String method, Map<String, ?> parameters) throws Exception {
        int id = calls.incrementAndGet();
        var answer = new CompletableFuture<Map<?, ?>>();
        answers.put(id, answer);
        byte[] message = Json.encode(Map.of("id", id, "method", method, "params", parameters));
        page.sendText(new String(message, StandardCharsets.UTF_8), true).get(30, TimeUnit.SECONDS);
        Map<?, ?> answered = answer.get(60, TimeUnit.SECONDS);
        if (answered.containsKey("error")) {
            throw new IllegalStateException(method + ": " + answered);
        }
        return (Map<?, ?>) answered.get("result");
    }

    void open(String url) throws Exception {
        call("Page.navigate", Map.of("url", url));
        await("document.readyState === 'complete'");
    }

    /** What an expression in JavaScript is, as text. */
    String evaluate(String expression) throws Exception {
        Map<?, ?> answer =
                call(
                        "Runtime.evaluate",
                        Map.of(
                                "expression",
                                "String(" + expression + ")",
                                "userGesture",
                                true,
                                "awaitPromise",
                                true));
        assertThat(answer.containsKey("exceptionDetails")).as("%s", answer).isFalse();
        return String.valueOf(((Map<?, ?>) answer.get("result")).get("value"));
    }

    /** Waits until {@code condition} in JavaScript is true. */
    void await(String condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() >= deadline) {
                fail(
                        "waited for too long: %s; the page shows %s and complains of %s",
                        condition, text("body"), complaints);
            }
            Thread.sleep(50);
        }
    }

    /** A page that is just loaded anew has no element yet, or is gone while it is asked. */
    private boolean holds(String condition) throws Exception {
        try {
            return evaluate(
                            "(() => { try { return %s; } catch { return false; } })()"
                                    .formatted(condition))
                    .equals("true");
        } catch (IllegalStateException _) {
            return false;
        }
    }

    /** What is shown of an element. */
    String text(String selector) throws Exception {
        return evaluate("document.querySelector('" + selector + "').innerText");
    }

    /** As with a mouse: where the element is, whatever lies there. */
    void click(String selector) throws Exception {
        String at =
                evaluate(
                        """
                        (() => { const e = document.querySelector('%s'); e.scrollIntoView({block: 'center', behavior: 'instant'});
                          const r = e.getBoundingClientRect(); return (r.x + r.width / 2) + ' ' + (r.y + r.height / 2); })()
                        """
                                .formatted(selector));
        double x = Double.parseDouble(at.substring(0, at.indexOf(' ')));
        double y = Double.parseDouble(at.substring(at.indexOf(' ') + 1));
        for (String type : List.of("mousePressed", "mouseReleased")) {
            call(
                    "Input.dispatchMouseEvent",
                    Map.of("type", type, "x", x, "y", y, "button", "left", "clickCount", 1));
        }
    }

    void type(String text) throws Exception {
        call("Input.insertText", Map.of("text", text));
    }

    /** Presses and releases a key that stands for no text, or Enter. */
    void press(String key, int code) throws Exception {
        String text = key.equals("Enter") ? "\r" : "";
        for (String type : List.of(text.isEmpty() ? "rawKeyDown" : "keyDown", "keyUp")) {
            call(
                    "Input.dispatchKeyEvent",
                    Map.of("type", type, "key", key, "windowsVirtualKeyCode", code, "text", text));
        }
    }

    /** The colours that a user whose system is dark gets, or those of a light one. */
    void prefer(String scheme) throws Exception {
        call(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    void screenshot(Path file) throws Exception {
        Files.createDirectories(file.getParent());
        Map<?, ?> answer = call("Page.captureScreenshot", Map.of("format", "png"));
        Files.write(file, Base64.getDecoder().decode(answer.get("data").toString()));
    }

    /** Errors on the console, exceptions that nobody caught, and what the policy forbade. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        page.abort();
        http.shutdownNow();
        chromium.descendants().forEach(ProcessHandle::destroyForcibly);
        chromium.destroyForcibly();
        chromium.onExit().join();
    }
}
