package io.cachepot.node.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.cachepot.protocol.http.Routes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sends random bytes to some ports of this machine, in a thread of its own: bare, and behind what
 * the protocols there begin with. The same bytes in every run.
 */
final class RandomBytes {
    private static final int BYTES_MAX = 2_000;
    private static final int ANSWER_MILLIS_MAX = 100;

    private static final List<String> BEGINNINGS =
            List.of(
                    "",
                    "GET / HTTP/1.1\r\nHost: x\r\n",
                    RawHttp.head("POST " + Routes.ALLOC_JOB, "Content-Length: 400"),
                    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                    // a TLS record with a ClientHello
                    "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
                    // members of Hazelcast, its clients, memcache
                    "HZC",
                    "HZX",
                    "CP2",
                    "get x\r\n");

    private final Random random = new Random(20_260_101);
    private final List<Integer> ports;
    private final AtomicBoolean isEnded = new AtomicBoolean();
    private final long begunNanos = System.nanoTime();
    private final Thread thread;

    /** Written by the thread alone, read when it has ended. */
    private int sent;

    private RandomBytes(List<Integer> ports) {
        this.ports = List.copyOf(ports);
        thread = Thread.ofPlatform().daemon().name("random-bytes").unstarted(this::run);
    }

    /** Begins. */
    static RandomBytes at(List<Integer> ports) {
        var bytes = new RandomBytes(ports);
        bytes.thread.start();
        return bytes;
    }

    private void run() {
        while (!isEnded.get()) {
            for (int port : ports) {
                send(port);
            }
        }
    }

    private void send(int port) {
        byte[] bytes = new byte[random.nextInt(BYTES_MAX)];
        random.nextBytes(bytes);
        String beginning = BEGINNINGS.get(random.nextInt(BEGINNINGS.size()));
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            socket.getOutputStream().write(beginning.getBytes(ISO_8859_1));
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            socket.getInputStream().readNBytes(1_000);
        } catch (IOException _) {
            // Refused, which is fine.
        }
        sent++;
    }

    /**
     * Ends, {@code time} after the beginning at the earliest.
     *
     * @return how many connections there were
     */
    int endAfter(Duration time) throws InterruptedException {
        long left = time.toNanos() - (System.nanoTime() - begunNanos);
        Thread.sleep(Duration.ofNanos(Math.max(0, left)));
        isEnded.set(true);
        thread.join();
        return sent;
    }
}
