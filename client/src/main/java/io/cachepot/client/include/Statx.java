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
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int BASIC_STATS = 0x7ff;
    private static final int ENOENT = 2;
    private static final int ENOTDIR = 20;
    private static final int PATH_BYTES_MAX = 4096;
    private static final int STRUCTURE_BYTES = 256;
    private static final int ERRNO_BYTES = 8;
    private static final long ERRNO = PATH_BYTES_MAX + STRUCTURE_BYTES;
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

    /** A path, behind it the answer, behind that the error's number. */
    private static final ThreadLocal<MemorySegment> MEMORY =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(ERRNO + ERRNO_BYTES, Long.BYTES));

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
                                        ValueLayout.ADDRESS),
                                Linker.Option.captureCallState("errno")))
                .orElse(null);
    }

    /**
     * Asks for {@code path}.
     *
     * @param followsLinks whether a symbolic link stands for what it leads to
     */
    static Answer of(String path, boolean followsLinks) {
        MemorySegment memory = ask(path, followsLinks ? 0 : AT_SYMLINK_NOFOLLOW);
        if (memory == null) {
            return Failure.UNKNOWN;
        }
        int error = memory.get(ValueLayout.JAVA_INT, ERRNO);
        if (error != 0) {
            return error == ENOENT || error == ENOTDIR ? Failure.MISSING : Failure.UNKNOWN;
        }
        return new FileStamp(
                device(memory),
                memory.get(ValueLayout.JAVA_LONG, INODE),
                memory.get(ValueLayout.JAVA_LONG, SIZE),
                nanos(memory, MODIFIED),
                nanos(memory, CHANGED),
                memory.get(ValueLayout.JAVA_SHORT, MODE) & 0xffff);
    }

    /** A stamp, or why there is none. */
    sealed interface Answer permits FileStamp, Failure {}

    /** Why there is no stamp. */
    enum Failure implements Answer {
        MISSING,

        /** Another error, or there is no {@code statx}: the JDK shall say. */
        UNKNOWN
    }

    /**
     * Whether {@link #of} would give {@code stamp}, links followed; makes nothing that has to be
     * collected.
     */
    static boolean is(String path, FileStamp stamp) {
        MemorySegment memory = ask(path, 0);
        return memory != null
                && memory.get(ValueLayout.JAVA_INT, ERRNO) == 0
                && memory.get(ValueLayout.JAVA_LONG, INODE) == stamp.inode()
                && memory.get(ValueLayout.JAVA_LONG, SIZE) == stamp.size()
                && nanos(memory, MODIFIED) == stamp.modifiedNanos()
                && nanos(memory, CHANGED) == stamp.changedNanos()
                && device(memory) == stamp.device()
                && (memory.get(ValueLayout.JAVA_SHORT, MODE) & 0xffff) == stamp.mode();
    }

    private static @Nullable MemorySegment ask(String path, int flags) {
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
                                    memory.asSlice(ERRNO, ERRNO_BYTES),
                                    AT_FDCWD,
                                    memory,
                                    flags,
                                    BASIC_STATS,
                                    memory.asSlice(PATH_BYTES_MAX, STRUCTURE_BYTES));
            if (result == 0) {
                memory.set(ValueLayout.JAVA_INT, ERRNO, 0);
            }
            return memory;
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
