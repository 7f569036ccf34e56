package io.cachepot.client.wrapper;

import io.cachepot.protocol.Bytes;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A coordinator that follows a script and speaks in bare bytes: nothing of the code under test
 * helps it, so that both ends cannot be wrong in the same way.
 */
final class FakeCoordinator implements Closeable {
    static final int CAPTURE_STDOUT = 1;
    static final int CAPTURE_STDERR = 2;
    static final int FORWARD = 4;
    static final int FINAL = 8;
    static final int STDIN_NULL = 16;

    /** What it says to one wrapper; the connection is closed when it returns. */
    interface Script {
        void talk(Conversation conversation) throws IOException;
    }

    record Received(char type, Bytes payload) {
        String text() {
            return payload.toUtf8();
        }

        /** Kind and value of a report. */
        String outcome() {
            var fields = payload.asByteBuffer();
            return fields.get() + " " + fields.getInt();
        }
    }

    private final Path socket;
    private final ServerSocketChannel server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger connections = new AtomicInteger();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Queue<SocketChannel> open = new ConcurrentLinkedQueue<>();

    private FakeCoordinator(Path socket, ServerSocketChannel server) {
        this.socket = socket;
        this.server = server;
    }

    static FakeCoordinator start(Path directory, Script script) throws IOException {
        return startAt(directory.resolve("s"), script);
    }

    static FakeCoordinator startAt(Path socket, Script script) throws IOException {
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket), 128);
        var coordinator = new FakeCoordinator(socket, server);
        coordinator.threads.execute(() -> coordinator.acceptAll(script));
        return coordinator;
    }

    Path socket() {
        return socket;
    }

    int connections() {
        return connections.get();
    }

    private void acceptAll(Script script) {
        try {
            while (true) {
                SocketChannel channel = server.accept();
                connections.incrementAndGet();
                open.add(channel);
                threads.execute(() -> serve(channel, script));
            }
        } catch (IOException _) {
            // Closed: the test is over.
        }
    }

    private void serve(SocketChannel channel, Script script) {
        try (channel) {
            script.talk(new Conversation(channel));
        } catch (AsynchronousCloseException _) {
            // Closed below: the wrapper is gone, and nobody waits for the rest of the script.
        } catch (IOException | RuntimeException | AssertionError e) {
            failures.add(e);
        }
    }

    /** Fails when a script did. */
    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel channel : open) {
            channel.close();
        }
        threads.close();
        Files.deleteIfExists(socket);
        if (!failures.isEmpty()) {
            throw new AssertionError("a script failed", failures.peek());
        }
    }

    /** One connection. */
    static final class Conversation {
        private final SocketChannel channel;
        private final DataInputStream in;
        private final DataOutputStream out;

        private Conversation(SocketChannel channel) {
            this.channel = channel;
            in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
            out = new DataOutputStream(Channels.newOutputStream(channel));
        }

        void hangUp() throws IOException {
            channel.close();
        }

        Received read() throws IOException {
            var type = (char) in.readUnsignedByte();
            return new Received(type, Bytes.of(in.readNBytes(in.readInt())));
        }

        boolean isAtEnd() throws IOException {
            return in.read() < 0;
        }

        void readOneByte() throws IOException {
            in.readByte();
        }

        Bytes readRequest() throws IOException {
            Received received = read();
            if (received.type() != 'H') {
                throw new IOException("got " + received.type() + ", expected H");
            }
            return received.payload();
        }

        void raw(byte... bytes) throws IOException {
            out.write(bytes);
        }

        void send(char type, byte... payload) throws IOException {
            out.write(frame(type, payload));
        }

        void run(int flags, String... command) throws IOException {
            send('R', command(flags, command[0], List.of(command), List.of()));
        }

        /** Everything until the report, the report included. */
        List<Received> untilDone() throws IOException {
            var received = new ArrayList<Received>();
            do {
                received.add(read());
            } while (received.getLast().type() != 'D');
            return received;
        }

        void write(int stream, String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            send('W', ByteBuffer.allocate(1 + bytes.length).put((byte) stream).put(bytes).array());
        }

        void end(int kind, int value) throws IOException {
            send('Q', ByteBuffer.allocate(5).put((byte) kind).putInt(value).array());
        }
    }

    static byte[] frame(char type, byte... payload) {
        return ByteBuffer.allocate(5 + payload.length)
                .put((byte) type)
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    static byte[] command(int flags, String path, List<String> arguments, List<String> environment)
            throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeInt(flags);
        string(out, path);
        strings(out, arguments);
        strings(out, environment);
        return bytes.toByteArray();
    }

    private static void strings(DataOutputStream out, List<String> strings) throws IOException {
        out.writeInt(strings.size());
        for (String string : strings) {
            string(out, string);
        }
    }

    private static void string(DataOutputStream out, String string) throws IOException {
        byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** All captured text of one stream. */
    static String captured(char type, List<Received> received) {
        var text = new StringBuilder();
        received.stream().filter(frame -> frame.type() == type).forEach(f -> text.append(f.text()));
        return text.toString();
    }
}
