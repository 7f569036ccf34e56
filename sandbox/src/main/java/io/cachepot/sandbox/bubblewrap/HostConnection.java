package io.cachepot.sandbox.bubblewrap;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

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

    /**
     * Why the request was not sent to its end: the host wanted no more of it, and may have said
     * why.
     */
    private @Nullable IOException unsent;

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
     * Sends a request, or as much of it as the host wants: what it says then is to be read.
     *
     * @throws InterruptedException when interrupted; nothing of the job is left then
     */
    void send(JobRequest request) throws IOException, InterruptedException {
        if (!write(request.header().duplicate())) {
            return;
        }
        var buffer = ByteBuffer.allocate(BUFFER_BYTES);
        for (Path content : request.sent()) {
            try (var file = FileChannel.open(content, StandardOpenOption.READ)) {
                while (file.read(buffer.clear()) > 0) {
                    if (!write(buffer.flip())) {
                        return;
                    }
                }
            }
        }
    }

    /** False when the rest of the request is not wanted: a refusal, before all was read. */
    private boolean write(ByteBuffer bytes) throws IOException, InterruptedException {
        while (bytes.hasRemaining()) {
            checkInterrupt();
            if (!isWritten(bytes)) {
                return false;
            }
        }
        return true;
    }

    /** Writes some of it; false when the host has answered or hung up instead of reading. */
    private boolean isWritten(ByteBuffer bytes) throws IOException {
        try {
            if (channel.write(bytes) > 0) {
                return true;
            }
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            // What it said before it hung up can be read all the same.
            unsent = e;
            return false;
        }
        await(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        return !hasInput();
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
            var end = new EOFException("the sandbox host hung up");
            if (unsent != null) {
                end.initCause(unsent);
            }
            throw end;
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
