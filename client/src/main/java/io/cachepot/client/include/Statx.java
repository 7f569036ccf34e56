package io.cachepot.client.include;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The system call {@code statx} through the C library. A hit is hundreds of these and little else,
 * and the JDK's way to {@code ctime} (a map of boxed attributes) takes two to three times as long.
 * Sources: {@code statx(2)}, {@code linux/stat.h}: the structure is the same on every machine.
 */
final class Statx {
    private static final int AT_FDCWD = -100;
    private static final int BASIC_STATS = 0x7ff;
    private static final int PATH_BYTES_MAX = 4096;
    private static final int STRUCTURE_BYTES = 256;
    private static final long MODE = PATH_BYTES_MAX + 28;
    private static final long INODE = PATH_BYTES_MAX + 32;
    private static final long SIZE = PATH_BYTES_MAX + 40;
    private static final long CHANGED = PATH_BYTES_MAX + 96;
    private static final long MODIFIED = PATH_BYTES_MAX + 112;
    private static final long DEVICE_MAJOR = PATH_BYTES_MAX + 136;
    private static final long DEVICE_MINOR = PATH_BYTES_MAX + 140;

    /** Stands for bytes that are no UTF-8 in a path that is not what it says. */
    private static final char UNDECODABLE = '\ufffd';

    private static final @Nullable MethodHandle FUNCTION = function();

    /** A path, and behind it the answer. */
    private static final ThreadLocal<MemorySegment> MEMORY =
            ThreadLocal.withInitial(
                    () -> Arena.ofAuto().allocate(PATH_BYTES_MAX + STRUCTURE_BYTES, Long.BYTES));

    private Statx() {}

    @SuppressWarnings("restricted") // what is called is a well-known function of the C library
    private static @Nullable MethodHandle function() {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find("statx")
                .map(address ->
                        linker.downcallHandle(
                                address,
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.ADDRESS)))
                .orElse(null);
    }

    /**
     * Asks for {@code path}, links followed.
     *
     * @return null when it has no answer, whyever: ask the JDK then
     */
    static @Nullable FileStamp of(String path) {
        MemorySegment memory = ask(path);
        return memory == null
                ? null
                : new FileStamp(
                        device(memory),
                        memory.get(ValueLayout.JAVA_LONG, INODE),
                        memory.get(ValueLayout.JAVA_LONG, SIZE),
                        nanos(memory, MODIFIED),
                        nanos(memory, CHANGED),
                        memory.get(ValueLayout.JAVA_SHORT, MODE) & 0xffff);
    }

    /** Whether {@link #of} would give {@code stamp}; makes nothing that has to be collected. */
    static boolean is(String path, FileStamp stamp) {
        MemorySegment memory = ask(path);
        return memory != null
                && memory.get(ValueLayout.JAVA_LONG, INODE) == stamp.inode()
                && memory.get(ValueLayout.JAVA_LONG, SIZE) == stamp.size()
                && nanos(memory, MODIFIED) == stamp.modifiedNanos()
                && nanos(memory, CHANGED) == stamp.changedNanos()
                && device(memory) == stamp.device()
                && (memory.get(ValueLayout.JAVA_SHORT, MODE) & 0xffff) == stamp.mode();
    }

    private static @Nullable MemorySegment ask(String path) {
        MethodHandle function = FUNCTION;
        if (function == null || path.indexOf(UNDECODABLE) >= 0 || path.indexOf('\0') >= 0) {
            return null;
        }
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= PATH_BYTES_MAX) {
            return null;
        }
        MemorySegment memory = MEMORY.get();
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        memory.set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
        try {
            int result =
                    (int)
                            function.invokeExact(
                                    AT_FDCWD,
                                    memory,
                                    0,
                                    BASIC_STATS,
                                    memory.asSlice(PATH_BYTES_MAX, STRUCTURE_BYTES));
            return result == 0 ? memory : null;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) { // what invokeExact declares; a C function throws nothing
            throw new IllegalStateException(e);
        }
    }

    private static long device(MemorySegment memory) {
        return ((long) memory.get(ValueLayout.JAVA_INT, DEVICE_MAJOR) << Integer.SIZE)
                | (memory.get(ValueLayout.JAVA_INT, DEVICE_MINOR) & 0xffffffffL);
    }

    private static long nanos(MemorySegment memory, long offset) {
        return TimeUnit.SECONDS.toNanos(memory.get(ValueLayout.JAVA_LONG, offset))
                + memory.get(ValueLayout.JAVA_INT, offset + Long.BYTES);
    }
}
