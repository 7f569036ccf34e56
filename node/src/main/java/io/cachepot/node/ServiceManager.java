package io.cachepot.node;

import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Tells systemd, where it started this process, that the node is ready, that it lives, and that it
 * stops. The protocol is a datagram each to a Unix socket, which the JDK has no way to send.
 * Sources: {@code sd_notify(3)}, {@code sd_watchdog_enabled(3)}, {@code unix(7)}.
 */
final class ServiceManager implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ServiceManager.class.getName());

    private final Optional<String> socket;
    private final Optional<Duration> watchdog;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("watchdog").daemon().factory());

    private ServiceManager(Optional<String> socket, Optional<Duration> watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    /**
     * The one that started this process; without one nothing is told to anybody.
     *
     * @param pid this process's
     */
    static ServiceManager of(Map<String, String> environment, long pid) {
        String watched = environment.getOrDefault("WATCHDOG_PID", "" + pid);
        return new ServiceManager(
                Optional.ofNullable(environment.get("NOTIFY_SOCKET")),
                Optional.ofNullable(environment.get("WATCHDOG_USEC"))
                        .filter(_ -> watched.equals("" + pid))
                        .filter(micros -> micros.matches("[1-9][0-9]{0,15}"))
                        .map(micros -> Duration.of(Long.parseLong(micros), ChronoUnit.MICROS)));
    }

    /** The node serves; from now on it says that it lives, twice as often as it must. */
    void ready() {
        tell("READY=1");
        if (watchdog.isPresent()) {
            long pause = watchdog.get().dividedBy(2).toNanos();
            var _ =
                    timer.scheduleWithFixedDelay(
                            () -> tell("WATCHDOG=1"), 0, pause, TimeUnit.NANOSECONDS);
        }
    }

    /** The node ends what it began. */
    void stopping() {
        tell("STOPPING=1");
    }

    private void tell(String what) {
        if (socket.isPresent()) {
            try {
                Datagram.send(socket.get(), what);
            } catch (IOException e) {
                LOG.log(WARNING, "systemd not told: {0}: {1}", what, e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** A datagram to a Unix socket, by the C library. */
    private static final class Datagram {
        private static final int AF_UNIX = 1;
        private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
        private static final int MSG_NOSIGNAL = 0x4000;
        private static final int FAMILY_BYTES = 2;
        private static final int PATH_BYTES_MAX = 107;

        private static final MethodHandle SOCKET =
                function(
                        "socket",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT));
        private static final MethodHandle SENDTO =
                function(
                        "sendto",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT));
        private static final MethodHandle CLOSE =
                function(
                        "close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

        private Datagram() {}

        @SuppressWarnings("restricted") // what is called are well-known functions of the C library
        private static MethodHandle function(String name, FunctionDescriptor descriptor) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
        }

        /**
         * @param socket a path, or a name of the abstract kind behind {@code @}
         */
        static void send(String socket, String text) throws IOException {
            byte[] path = socket.getBytes(UTF_8);
            if (path.length == 0 || path.length > PATH_BYTES_MAX) {
                throw new IOException("'" + socket + "' is no path of a socket");
            }
            byte[] bytes = text.getBytes(UTF_8);
            try (var arena = Arena.ofConfined()) {
                MemorySegment address = arena.allocate(FAMILY_BYTES + PATH_BYTES_MAX + 1L);
                address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
                MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, 2, path.length);
                boolean isAbstract = path[0] == '@';
                if (isAbstract) {
                    address.set(ValueLayout.JAVA_BYTE, FAMILY_BYTES, (byte) 0);
                }
                int length = FAMILY_BYTES + path.length + (isAbstract ? 0 : 1);
                send(
                        arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes),
                        bytes.length,
                        address,
                        length);
            }
        }

        private static void send(
                MemorySegment bytes, int count, MemorySegment address, int addressLength)
                throws IOException {
            try {
                int fd = (int) SOCKET.invokeExact(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
                if (fd < 0) {
                    throw new IOException("no socket is to be had");
                }
                long sent =
                        (long)
                                SENDTO.invokeExact(
                                        fd,
                                        bytes,
                                        (long) count,
                                        MSG_NOSIGNAL,
                                        address,
                                        addressLength);
                var _ = (int) CLOSE.invokeExact(fd);
                if (sent != count) {
                    throw new IOException("nobody listens at NOTIFY_SOCKET");
                }
            } catch (IOException | RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) { // what invokeExact declares
                throw new IllegalStateException(e);
            }
        }
    }
}
