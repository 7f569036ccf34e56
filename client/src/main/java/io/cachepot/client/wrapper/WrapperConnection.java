package io.cachepot.client.wrapper;

import io.cachepot.client.wrapper.Directive.Die;
import io.cachepot.client.wrapper.Directive.Exec;
import io.cachepot.client.wrapper.Directive.ExecAsInvoked;
import io.cachepot.client.wrapper.Directive.Exit;
import io.cachepot.client.wrapper.Directive.RefuseVersion;
import io.cachepot.client.wrapper.Directive.Run;
import io.cachepot.client.wrapper.Directive.Write;
import io.cachepot.protocol.Bytes;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One wrapper at the other end of a socket: its request, then directives to it one after the other.
 *
 * <p>The caller's thread reads the request. From the first child or watch on, a thread of its own
 * reads all the time, so that a hang-up is noticed whatever the session is busy with ({@link
 * #onHangup}); a cache hit ends before that and pays for no change of threads. What the reader
 * reads goes through a queue of one: a wrapper cannot fill the memory. A frame that nothing asked
 * for ends the connection.
 *
 * <p>One thread at a time calls the methods that talk; {@link #onHangup}, {@link #isHungUp} and
 * {@link #close} are for any. After an exception there is nothing to do but to close; the wrapper
 * then compiles by itself.
 */
public final class WrapperConnection implements Closeable {
    /** What a child may write to one captured stream; the wrapper gives up at the same size. */
    public static final int CAPTURED_BYTES_MAX = 64 * 1024 * 1024;

    private static final int READ_BUFFER_BYTES = 64 * 1024;

    /** What may come next. */
    private enum Phase {
        REQUEST("H"),
        QUIET(""),
        RUN("OED");

        private final String types;

        Phase(String types) {
            this.types = types;
        }
    }

    private sealed interface Arrival {
        record Arrived(Frame frame) implements Arrival {}

        record Ended(IOException cause) implements Arrival {}
    }

    private final SocketChannel channel;
    private final int capturedBytesMax;
    private final BlockingQueue<Arrival> arrivals = new ArrayBlockingQueue<>(1);
    private final FrameReader frames;
    private final Thread reader;
    private final AtomicBoolean isReading = new AtomicBoolean();

    /**
     * Guarded by itself; also held while an action runs, so that a closed watch is surely silent.
     */
    private final Set<Watch> watches = new HashSet<>();

    /** Written under the lock of {@link #watches}, read anywhere. */
    private volatile boolean isHungUp;

    /** Written by {@link #close}, read by the reader: then the end is our own doing. */
    private volatile boolean isClosed;

    /**
     * Written by the talking thread before it asks and by the reader when it has the answer, read
     * by the reader.
     */
    private volatile Phase phase = Phase.REQUEST;

    /**
     * Written and read by the talking threads: the end was seen, there will be no other arrival.
     */
    private volatile @Nullable IOException failure;

    WrapperConnection(SocketChannel channel, int capturedBytesMax) {
        this.channel = channel;
        this.capturedBytesMax = capturedBytesMax;
        this.frames =
                new FrameReader(
                        new BufferedInputStream(
                                Channels.newInputStream(channel), READ_BUFFER_BYTES));
        this.reader = Thread.ofVirtual().name("wrapper-reader").unstarted(this::readAll);
    }

    /** Takes over the channel, which is connected and blocking. */
    public static WrapperConnection open(SocketChannel channel) {
        return open(channel, CAPTURED_BYTES_MAX);
    }

    static WrapperConnection open(SocketChannel channel, int capturedBytesMax) {
        return new WrapperConnection(channel, capturedBytesMax);
    }

    /**
     * The first thing to do, once.
     *
     * @throws WrapperGoneException when the wrapper hung up
     * @throws WrapperProtocolException when it sent nonsense
     */
    public ReceivedRequest readRequest() throws IOException, InterruptedException {
        try {
            Frame request = frames.read();
            advance(request.type());
            return RequestCodec.decode(request.payload());
        } catch (WrapperProtocolException | ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw gone(e);
        }
    }

    private void startReading() {
        if (isReading.compareAndSet(false, true)) {
            reader.start();
        }
    }

    /**
     * Lets the wrapper run a child and waits for it.
     *
     * @throws WrapperGoneException when the wrapper hung up; it has ended the child
     * @throws WrapperProtocolException when it sent nonsense, or more output than is kept
     */
    public RunReport run(Run run) throws IOException, InterruptedException {
        var stdout = new Capture(StandardStream.STDOUT, capturedBytesMax);
        var stderr = new Capture(StandardStream.STDERR, capturedBytesMax);
        phase = Phase.RUN;
        startReading();
        send(run);
        while (true) {
            Frame frame = next();
            switch (frame.type()) {
                case 'O' -> stdout.add(frame.payload());
                case 'E' -> stderr.add(frame.payload());
                default -> {
                    var done = DoneCodec.decode(frame.payload());
                    return new RunReport(
                            done.outcome(), stdout.toBytes(), stderr.toBytes(), done.usage());
                }
            }
        }
    }

    public void write(StandardStream stream, Bytes bytes) throws IOException {
        send(new Write(stream, bytes));
    }

    /** Ends the conversation: the wrapper exits. */
    public void exit(int code) throws IOException {
        send(new Exit(code));
    }

    /** Ends the conversation: the wrapper dies of this signal. */
    public void die(int signal) throws IOException {
        send(new Die(signal));
    }

    /** Ends the conversation: the wrapper becomes the command. */
    public void exec(Command command) throws IOException {
        send(new Exec(command));
    }

    /** Ends the conversation: the wrapper becomes what it was called for. */
    public void execAsInvoked() throws IOException {
        send(new ExecAsInvoked());
    }

    /** Ends the conversation: the wrapper goes on without us and says so. */
    public void refuseVersion(String message) throws IOException {
        send(new RefuseVersion(WrapperRequest.VERSION, WrapperRequest.VERSION, message));
    }

    /**
     * Has {@code action} called once if the wrapper hangs up or sends nonsense before the watch is
     * closed; at once when it already did. The action must be short and must not block: {@code
     * thread::interrupt} is the usual one.
     */
    public HangupWatch onHangup(Runnable action) {
        startReading();
        var watch = new Watch(action);
        synchronized (watches) {
            if (isHungUp) {
                action.run();
            } else {
                watches.add(watch);
            }
        }
        return watch;
    }

    public boolean isHungUp() {
        return isHungUp;
    }

    /** Hangs up. Not a hang-up of the wrapper's: no watch is told. */
    @Override
    public void close() throws IOException {
        isClosed = true;
        channel.close();
        reader.interrupt();
    }

    private final class Watch implements HangupWatch {
        private final Runnable action;

        private Watch(Runnable action) {
            this.action = action;
        }

        @Override
        public void close() {
            synchronized (watches) {
                watches.remove(this);
            }
        }
    }

    private void send(Directive directive) throws IOException {
        ByteBuffer bytes = DirectiveCodec.encode(directive);
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw gone(e);
        }
    }

    private Frame next() throws IOException, InterruptedException {
        IOException before = failure;
        if (before != null) {
            throw before;
        }
        return switch (arrivals.take()) {
            case Arrival.Arrived(var frame) -> frame;
            case Arrival.Ended(var cause) -> {
                failure = cause;
                throw cause;
            }
        };
    }

    private static WrapperGoneException gone(IOException cause) {
        var gone = new WrapperGoneException("the wrapper hung up");
        gone.initCause(cause);
        return gone;
    }

    /* ---- the reader's thread ---- */

    private void readAll() {
        try {
            arrivals.put(new Arrival.Ended(readUntilEnd()));
        } catch (InterruptedException _) {
            // Closed while nobody took what had arrived: nobody will.
        }
    }

    private IOException readUntilEnd() throws InterruptedException {
        IOException end;
        try {
            while (true) {
                Frame frame = frames.read();
                advance(frame.type());
                arrivals.put(new Arrival.Arrived(frame));
            }
        } catch (WrapperProtocolException e) {
            end = e;
        } catch (IOException e) {
            end = gone(e);
        }
        tellWatches();
        return end;
    }

    private void advance(char type) throws WrapperProtocolException {
        Phase now = phase;
        if (now.types.indexOf(type) < 0) {
            throw new WrapperProtocolException(
                    "the wrapper sent a frame of type 0x%02x, expected %s"
                            .formatted((int) type, now.types.isEmpty() ? "none" : now.types));
        }
        if (type == 'H' || type == 'D') {
            phase = Phase.QUIET;
        }
    }

    private void tellWatches() {
        synchronized (watches) {
            if (isClosed) {
                return;
            }
            isHungUp = true;
            watches.forEach(watch -> watch.action.run());
            watches.clear();
        }
    }
}
