package io.cachepot.client.cache;

import io.cachepot.client.include.FileStamp;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Puts a compile's outputs where the user wants them, all or none: each is written beside its
 * target first, and {@link #commit} renames them. So a reader never sees half a file, a busy or
 * read-only target is replaced, and a hard link elsewhere keeps its content.
 */
public final class OutputFiles implements AutoCloseable {
    private static final int MODE_FILE = 0666;
    private static final int MODE_EXECUTABLE = 0111;

    private final int umask;
    private final List<Pending> pending = new ArrayList<>();

    /** {@code umask} is that of the process on whose behalf this writes. */
    public OutputFiles(int umask) {
        this.umask = umask;
    }

    private record Pending(Path temporary, Path target) {}

    /**
     * Writes {@code content} to a temporary file beside {@code target}; a symbolic link is
     * followed, as compilers do.
     */
    public void add(Path target, boolean isExecutable, InputStream content) throws IOException {
        Path real = real(target);
        Path temporary = temporaryBeside(real);
        pending.add(new Pending(temporary, real));
        try (OutputStream out =
                Files.newOutputStream(
                        temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.transferTo(out);
        }
        Files.setPosixFilePermissions(temporary, permissions(isExecutable));
    }

    private static Path real(Path target) throws IOException {
        try {
            boolean isLink = FileStamp.ofLink(target).filter(FileStamp::isLink).isPresent();
            return isLink ? target.toRealPath() : target;
        } catch (NoSuchFileException _) {
            // A dangling link: the compiler would create what it points to.
            return target.resolveSibling(Files.readSymbolicLink(target));
        }
    }

    private static Path temporaryBeside(Path target) {
        String name =
                ".cachepot-" + Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".tmp";
        return target.resolveSibling(name);
    }

    private Set<PosixFilePermission> permissions(boolean isExecutable) {
        int mode = (MODE_FILE | (isExecutable ? MODE_EXECUTABLE : 0)) & ~umask;
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] fromOwnerRead = PosixFilePermission.values();
        for (int bit = 0; bit < fromOwnerRead.length; bit++) {
            if ((mode & (0400 >> bit)) != 0) {
                permissions.add(fromOwnerRead[bit]);
            }
        }
        return permissions;
    }

    /** How many were added. */
    public int size() {
        return pending.size();
    }

    /** Makes all of them visible, each in one step. */
    public void commit() throws IOException {
        for (Pending file : pending) {
            boolean isThere =
                    FileStamp.ofLink(file.target()).filter(FileStamp::isRegular).isPresent();
            if (isThere && Exchange.of(file.temporary(), file.target())) {
                Files.delete(file.temporary());
            } else {
                Files.move(file.temporary(), file.target(), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        pending.clear();
    }

    /** Removes what was not committed. */
    @Override
    public void close() throws IOException {
        for (Pending file : pending) {
            Files.deleteIfExists(file.temporary());
        }
    }
}
