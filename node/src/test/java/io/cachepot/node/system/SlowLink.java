package io.cachepot.node.system;

import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/** A port of this machine behind a network that is far away and narrow: bytes arrive late. */
final class SlowLink implements AutoCloseable {
    private static final int CHUNK_BYTES = 1448;

    private final ServerSocket server;
    private final int target;
    private final Duration delay;
    private final double nanosPerByte;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /**
     * @param target port of this machine
     * @param delay each way
     * @param bitsPerSecond each way and connection
     */
    SlowLink(int target, Duration delay, double bitsPerSecond) throws IOException {
        this.target = target;
        this.delay = delay;
        nanosPerByte = 8e9 / bitsPerSecond;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                for (Socket socket : new Socket[] {near, far}) {
                    socket.setTcpNoDelay(true);
                    sockets.add(socket);
                }
                new Way(near, far).start();
                new Way(far, near).start();
            } catch (IOException _) {
                // Closed, or the other side is not there.
            }
        }
    }

    /** Bytes from one side to the other. */
    private final class Way {
        private record Chunk(Bytes bytes, long arrivesNanos) {}

        private final Socket from;
        private final Socket to;
        private final LinkedBlockingQueue<Chunk> chunks = new LinkedBlockingQueue<>(1_000);

        Way(Socket from, Socket to) {
            this.from = from;
            this.to = to;
        }

        void start() {
            Thread.ofVirtual().start(this::read);
            Thread.ofVirtual().start(this::write);
        }

        private void read() {
            byte[] buffer = new byte[CHUNK_BYTES];
            long sentNanos = System.nanoTime();
            try (InputStream in = from.getInputStream()) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    sentNanos = Math.max(sentNanos, System.nanoTime());
                    sentNanos += (long) (n * nanosPerByte);
                    chunks.put(
                            new Chunk(
                                    Bytes.of(Arrays.copyOf(buffer, n)),
                                    sentNanos + delay.toNanos()));
                }
            } catch (IOException | InterruptedException _) {
                // It is over, one way or the other.
            }
            chunks.offer(new Chunk(Bytes.EMPTY, System.nanoTime()));
        }

        private void write() {
            try (to;
                    OutputStream out = to.getOutputStream()) {
                for (Chunk chunk = chunks.take(); !chunk.bytes.isEmpty(); chunk = chunks.take()) {
                    long left = chunk.arrivesNanos - System.nanoTime();
                    if (left > 0) {
                        Thread.sleep(Duration.ofNanos(left));
                    }
                    out.write(chunk.bytes.toByteArray());
                    out.flush();
                }
            } catch (IOException | InterruptedException _) {
                // It is over, one way or the other.
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
