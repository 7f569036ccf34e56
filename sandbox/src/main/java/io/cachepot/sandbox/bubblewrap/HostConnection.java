package io.cachepot.sandbox.bubblewrap;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One job's connection to a sandbox host. A thread that is interrupted tells the host and waits
 * until nothing of the job is left; the channel's own way, to close at once, would not say when
 * that is.
 */
final class HostConnection implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final SocketChannel channel;
    private final Selector selector;
    private final ByteBuffer input =
            ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.nativeOrder()).flip();

    private HostConnection(SocketChannel channel, Selector selector) {
        this.channel = channel;
        this.selector = selector;
    }

    static HostConnection open(Path socket) throws IOException {
        var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        try {
            channel.configureBlocking(false);
            var selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            return new HostConnection(channel, selector);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** What a frame says about itself. */
    record Frame(char kind, int length) {}

    /**
     * Sends a request.
     *
     * @throws InterruptedException when interrupted; nothing of the job is left then
     */
    void send(JobRequest request) throws IOException, InterruptedException {
        write(request.header().duplicate());
        var buffer = ByteBuffer.allocate(BUFFER_BYTES);
        for (Path content : request.copied()) {
            try (var file = FileChannel.open(content, StandardOpenOption.READ)) {
                while (file.read(buffer.clear()) > 0) {
                    write(buffer.flip());
                }
            }
        }
    }

    private void write(ByteBuffer bytes) throws IOException, InterruptedException {
        while (bytes.hasRemaining()) {
            checkInterrupt();
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                if (hasInput()) {
                    // A refusal, before all was read: the rest of the request is not wanted.
                    return;
                }
            }
        }
    }

    private boolean hasInput() {
        return selector.selectedKeys().stream().anyMatch(SelectionKey::isReadable);
    }

    private void await(int operations) throws IOException {
        channel.keyFor(selector).interestOps(operations);
        selector.selectedKeys().clear();
        selector.select();
    }

    private void checkInterrupt() throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            awaitEnd();
            throw new InterruptedException("interrupted while the job ran");
        }
    }

    /** Tells the host that nobody waits, and waits until it has ended the job. */
    private void awaitEnd() throws IOException {
        boolean isInterrupted = false;
        channel.shutdownOutput();
        while (true) {
            int count = channel.read(input.clear());
            if (count < 0) {
                break;
            }
            if (count == 0) {
                await(SelectionKey.OP_READ);
                isInterrupted |= Thread.interrupted();
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The next frame's head.
     *
     * @throws EOFException when the host hangs up
     */
    Frame frame() throws IOException, InterruptedException {
        need(1 + Integer.BYTES);
        return new Frame((char) input.get(), input.getInt());
    }

    int u32() throws IOException, InterruptedException {
        need(Integer.BYTES);
        return input.getInt();
    }

    long u64() throws IOException, InterruptedException {
        need(Long.BYTES);
        return input.getLong();
    }

    private void need(int count) throws IOException, InterruptedException {
        while (input.remaining() < count) {
            input.compact();
            try {
                fill();
            } finally {
                input.flip();
            }
        }
    }

    /** Reads into the buffer, which has room. */
    private void fill() throws IOException, InterruptedException {
        int count = channel.read(input);
        while (count == 0) {
            await(SelectionKey.OP_READ);
            checkInterrupt();
            count = channel.read(input);
        }
        if (count < 0) {
            throw new EOFException("the sandbox host hung up");
        }
    }

    /** At least one byte, at most {@code count}, into {@code bytes} from {@code offset} on. */
    int read(byte[] bytes, int offset, int count) throws IOException, InterruptedException {
        need(1);
        int taken = Math.min(count, input.remaining());
        input.get(bytes, offset, taken);
        return taken;
    }

    byte[] bytes(int count) throws IOException, InterruptedException {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count; ) {
            at += read(bytes, at, count - at);
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
