package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.net.ExtendedSocketOptions;

/**
 * Listens on a Unix socket. It ends when nobody has come for a while and nobody is being served, or
 * when it is told to.
 *
 * <p>Who accepts a connection also serves it, and another thread waits for the next one. These are
 * platform threads: a cache hit takes less time than to hand a connection to a virtual thread and
 * to wake that for each answer, which needs the scheduler's threads and the poller's besides.
 */
final class CoordinatorServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CoordinatorServer.class.getName());
    private static final int BACKLOG = 4096;
    private static final int WAITING_MAX = 4;
    private static final Duration LEAVE_MAX = Duration.ofSeconds(10);
    private static final int DRAIN_STEP_MILLIS = 2;

    /** For the answer to whoever leaves last, also when all others took their time. */
    private static final Duration FAREWELL_MAX = Duration.ofSeconds(1);

    private final Path socket;
    private final Duration idleTimeout;
    private final Handler handler;

    /** Grows with the compiles in flight; idle threads beyond {@link #WAITING_MAX} end. */
    private final ExecutorService sessions =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofPlatform().daemon().name("session-", 0).factory());

    /** Threads that wait for a connection. */
    private final AtomicInteger waiting = new AtomicInteger();

    private final AtomicInteger active = new AtomicInteger();
    private final AtomicBoolean isStopping = new AtomicBoolean();

    /** Set once the socket is ours, read by stop: what another coordinator made is not removed. */
    private volatile boolean isListening;

    private final CountDownLatch stopped = new CountDownLatch(1);

    /** Sessions that wait for {@link #released}. */
    private final AtomicInteger leavers = new AtomicInteger();

    private final CountDownLatch released = new CountDownLatch(1);

    /** Until when sessions may finish; set once by stop. */
    private volatile long leaveByNanos;

    /**
     * {@code System.nanoTime} of the last coming or going; written by sessions, read by the idle
     * watch.
     */
    private volatile long lastUsed = System.nanoTime();

    /** Whether nobody else can reach the socket; set by start before there are sessions. */
    private volatile boolean isClosedOff;

    /** Set once by start, read by stop. */
    private volatile ServerSocketChannel server;

    /** Serves one connection; closes it. */
    @FunctionalInterface
    interface Handler {
        void serve(SocketChannel connection) throws IOException, InterruptedException;
    }

    /**
     * @param idleTimeout zero is for ever
     */
    CoordinatorServer(Path socket, Duration idleTimeout, Handler handler) throws IOException {
        this.socket = socket;
        this.idleTimeout = idleTimeout;
        this.handler = handler;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    }

    /**
     * Begins to listen.
     *
     * @throws BindException when another coordinator listens there
     */
    void start() throws IOException {
        var address = UnixDomainSocketAddress.of(socket);
        if (Files.exists(socket)) {
            if (isAnswered(address)) {
                throw new BindException("Address in use: another coordinator listens at " + socket);
            }
            Files.deleteIfExists(socket);
        }
        isClosedOff = isForOwnerAlone(socket.toAbsolutePath().resolveSibling(""));
        server.bind(address, BACKLOG);
        isListening = true;
        sessions.execute(this::acceptAndServe);
        if (idleTimeout.isPositive()) {
            Thread.ofVirtual().name("idle-watch").start(this::watchIdle);
        }
    }

    private static boolean isAnswered(UnixDomainSocketAddress address) {
        try (var probe = SocketChannel.open(address)) {
            return probe.isConnected();
        } catch (IOException _) {
            return false; // a socket that a killed coordinator left
        }
    }

    private void acceptAndServe() {
        while (waiting.get() < WAITING_MAX) {
            Optional<SocketChannel> connection = accept();
            if (connection.isEmpty()) {
                return;
            }
            serve(connection.get());
        }
    }

    /** Empty when nobody is let in any more. */
    private Optional<SocketChannel> accept() {
        waiting.incrementAndGet();
        try {
            SocketChannel connection = server.accept();
            active.incrementAndGet();
            return Optional.of(connection);
        } catch (ClosedChannelException _) {
            LOG.log(DEBUG, "no longer listening");
        } catch (IOException | RuntimeException e) {
            LOG.log(ERROR, "can not accept connections, stopping", e);
            stop();
        } finally {
            if (waiting.decrementAndGet() == 0 && !isStopping.get()) {
                sessions.execute(this::acceptAndServe);
            }
        }
        return Optional.empty();
    }

    private void serve(SocketChannel connection) {
        lastUsed = System.nanoTime();
        try (connection) {
            if (isClosedOff || isOwnUser(connection)) {
                handler.serve(connection);
            } else {
                LOG.log(WARNING, "connection of another user refused");
            }
        } catch (IOException e) {
            LOG.log(DEBUG, "wrapper went away: {0}", e.toString());
        } catch (InterruptedException _) {
            LOG.log(DEBUG, "session cancelled");
        } catch (RuntimeException | Error e) { // the root of this thread
            LOG.log(ERROR, "session failed; its wrapper compiles by itself", e);
        } finally {
            lastUsed = System.nanoTime();
            active.decrementAndGet();
        }
    }

    private static boolean isForOwnerAlone(Path directory) throws IOException {
        return Files.getPosixFilePermissions(directory).stream()
                .allMatch(permission -> permission.name().startsWith("OWNER_"));
    }

    /** Where the directory's mode does not keep others out. Java looks up names for it, slowly. */
    private boolean isOwnUser(SocketChannel connection) throws IOException {
        var peer = connection.getOption(ExtendedSocketOptions.SO_PEERCRED);
        return peer.user().equals(Files.getOwner(socket));
    }

    private void watchIdle() {
        long step = Math.max(1, Math.min(1_000, idleTimeout.toMillis() / 4));
        try {
            while (!stopped.await(step, TimeUnit.MILLISECONDS)) {
                if (active.get() == 0 && System.nanoTime() - lastUsed > idleTimeout.toNanos()) {
                    LOG.log(DEBUG, "idle for {0}, stopping", idleTimeout);
                    stop();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets nobody else in; those inside finish. The next wrapper starts another coordinator. */
    void stop() {
        if (!isStopping.compareAndSet(false, true)) {
            return; // a second deletion could hit the socket of whoever came after us
        }
        try {
            if (isListening) {
                Files.deleteIfExists(socket);
            }
            server.close();
        } catch (IOException e) {
            LOG.log(WARNING, "socket not removed: {0}", e.toString());
        }
        leaveByNanos = System.nanoTime() + LEAVE_MAX.toNanos();
        stopped.countDown();
    }

    /** How many wrappers are inside. */
    int active() {
        return active.get();
    }

    void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /**
     * Stops, and waits until {@link #releaseLeavers}: whoever told the coordinator to leave hears
     * that it has when nothing of it is at work any more.
     */
    void stopAndLeaveLast() throws InterruptedException {
        leavers.incrementAndGet();
        stop();
        released.await();
    }

    /**
     * Waits until nobody is inside but those who leave last, though not for ever.
     *
     * @return whether nobody is
     */
    boolean drain() throws InterruptedException {
        stop();
        while (active.get() > leavers.get() && System.nanoTime() - leaveByNanos < 0) {
            Thread.sleep(DRAIN_STEP_MILLIS);
        }
        return active.get() <= leavers.get();
    }

    void releaseLeavers() {
        released.countDown();
    }

    @Override
    public void close() {
        stop();
        releaseLeavers();
        sessions.shutdown();
        try {
            long left = Math.max(leaveByNanos - System.nanoTime(), FAREWELL_MAX.toNanos());
            if (!sessions.awaitTermination(left, TimeUnit.NANOSECONDS)) {
                sessions.shutdownNow();
            }
        } catch (InterruptedException _) {
            sessions.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
