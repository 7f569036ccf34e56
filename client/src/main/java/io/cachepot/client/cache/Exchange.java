package io.cachepot.client.cache;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Two names change places in one step, {@code renameat2(2)} with {@code RENAME_EXCHANGE}. Where a
 * file is renamed over another, ext4 begins to write it to the disk at once ({@code
 * auto_da_alloc}), which takes longer than all the rest of a hit; for an exchange it does not.
 */
final class Exchange {
    private static final int AT_FDCWD = -100;
    private static final int RENAME_EXCHANGE = 2;

    /** Stands for bytes that are no UTF-8 in a path that is not what it says. */
    private static final char UNDECODABLE = '\ufffd';

    private static final @Nullable MethodHandle FUNCTION = function();

    private Exchange() {}

    @SuppressWarnings("restricted") // what is called is a well-known function of the C library
    private static @Nullable MethodHandle function() {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find("renameat2")
                .map(address ->
                        linker.downcallHandle(
                                address,
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_INT)))
                .orElse(null);
    }

    /**
     * Exchanges {@code one} and {@code other}.
     *
     * @return whether it did; not when one is not there, and not where the system can not
     */
    static boolean of(Path one, Path other) {
        MethodHandle function = FUNCTION;
        String first = one.toString();
        String second = other.toString();
        if (function == null
                || first.indexOf(UNDECODABLE) >= 0
                || second.indexOf(UNDECODABLE) >= 0) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            return (int)
                            function.invokeExact(
                                    AT_FDCWD,
                                    arena.allocateFrom(first),
                                    AT_FDCWD,
                                    arena.allocateFrom(second),
                                    RENAME_EXCHANGE)
                    == 0;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) { // what invokeExact declares; a C function throws nothing
            throw new IllegalStateException(e);
        }
    }
}
