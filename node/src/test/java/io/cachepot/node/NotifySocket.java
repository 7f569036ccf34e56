package io.cachepot.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;

/** The end of systemd: a Unix socket for datagrams, bound to a path or to an abstract name. */
public final class NotifySocket implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int BYTES_MAX = 4096;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private static final MethodHandle SOCKET =
            function("socket", FunctionDescriptor.of(INT, INT, INT, INT));
    private static final MethodHandle BIND =
            function("bind", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle RECV =
            function(
                    "recv",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_LONG,
                            INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_LONG,
                            INT));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(INT, INT));

    private final int fd;

    /**
     * @param name a path, or {@code @} and an abstract name
     */
    public NotifySocket(String name) throws Throwable {
        fd = (int) SOCKET.invokeExact(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
        byte[] path = name.getBytes(UTF_8);
        try (var arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(110);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, 2, path.length);
            if (path[0] == '@') {
                address.set(ValueLayout.JAVA_BYTE, 2, (byte) 0);
            }
            int length = 2 + path.length + (path[0] == '@' ? 0 : 1);
            if (fd < 0 || (int) BIND.invokeExact(fd, address, length) != 0) {
                throw new IllegalStateException("socket not bound: " + name);
            }
        }
    }

    @SuppressWarnings("restricted") // what is called are well-known functions of the C library
    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    /** The next message; empty when none comes within half a minute. */
    public String next() throws Throwable {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        try (var arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(BYTES_MAX);
            while (System.nanoTime() - deadline < 0) {
                long count = (long) RECV.invokeExact(fd, bytes, (long) BYTES_MAX, MSG_DONTWAIT);
                if (count > 0) {
                    return new String(
                            bytes.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), UTF_8);
                }
                Thread.sleep(10);
            }
        }
        return "";
    }

    @Override
    public void close() {
        try {
            var _ = (int) CLOSE.invokeExact(fd);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
