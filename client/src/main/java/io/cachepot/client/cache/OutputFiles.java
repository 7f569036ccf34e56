package io.cachepot.client.cache;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.client.include.FileStamp;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Puts a compile's outputs where the user wants them, all or none: each is written beside its
 * target first, and {@link #commit} renames them. So a reader never sees half a file, and a busy or
 * read-only target is replaced. Only where a compiler would write into a file that is there, and
 * one could tell that from a new one (by another mode, another name or a link), is it written into.
 */
public final class OutputFiles implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OutputFiles.class.getName());
    private static final int MODE_FILE = 0666;
    private static final int MODE_EXECUTABLE = 0111;
    private static final int MODE_MASK = 07777;

    private final int umask;
    private final List<Pending> pending = new ArrayList<>();

    /** {@code umask} is that of the process on whose behalf this writes. */
    public OutputFiles(int umask) {
        this.umask = umask;
    }

    private record Pending(Path temporary, Path target, boolean isInPlace) {}

    /** Writes {@code content} to a temporary file beside {@code target}. */
    public void add(Target target, boolean isExecutable, InputStream content) throws IOException {
        int mode = (MODE_FILE | (isExecutable ? MODE_EXECUTABLE : 0)) & ~umask;
        Path temporary = temporaryBeside(target.path());
        boolean isInPlace = !target.isReplaced() && isToldApart(target.path(), mode);
        pending.add(new Pending(temporary, target.path(), isInPlace));
        try (OutputStream out =
                Files.newOutputStream(
                        temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.transferTo(out);
        }
        Files.setPosixFilePermissions(temporary, permissions(mode));
    }

    /** Whether something is there that does not look as a new file of {@code mode} would. */
    private static boolean isToldApart(Path target, int mode) throws IOException {
        Optional<FileStamp> there = FileStamp.ofLink(target);
        return there.isPresent()
                && (!there.get().isRegular()
                        || (there.get().mode() & MODE_MASK) != mode
                        || (int) Files.getAttribute(target, "unix:nlink") != 1);
    }

    private static Path temporaryBeside(Path target) {
        String name =
                ".cachepot-" + Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".tmp";
        return target.resolveSibling(name);
    }

    private static Set<PosixFilePermission> permissions(int mode) {
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

    /** Makes all of them visible, each in one step where a new file takes the old one's place. */
    public void commit() throws IOException {
        for (Pending file : pending) {
            if (file.isInPlace()) {
                overwrite(file);
            }
        }
        for (Pending file : pending) {
            if (!file.isInPlace()) {
                replace(file);
            }
        }
        pending.clear();
    }

    /**
     * The same for who goes another way then.
     *
     * @return why it was not done; empty when it was
     */
    public Optional<String> tryCommit() {
        try {
            commit();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("output not written: " + e.getMessage());
        }
    }

    /** As the user who asked for it, so that a target which is read-only is an error. */
    private static void overwrite(Pending file) throws IOException {
        try (OutputStream out =
                Files.newOutputStream(
                        file.target(),
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            Files.copy(file.temporary(), out);
        }
        Files.delete(file.temporary());
    }

    private static void replace(Pending file) throws IOException {
        boolean isThere = FileStamp.ofLink(file.target()).filter(FileStamp::isRegular).isPresent();
        if (isThere && Exchange.of(file.temporary(), file.target())) {
            Files.delete(file.temporary());
        } else {
            Files.move(file.temporary(), file.target(), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Removes what was not committed. */
    @Override
    public void close() throws IOException {
        for (Pending file : pending) {
            Files.deleteIfExists(file.temporary());
        }
    }

    /** The same for who has something else to tell than that this failed. */
    public void discard() {
        try {
            close();
        } catch (IOException e) {
            LOG.log(DEBUG, "temporary output not removed: {0}", e.toString());
        }
    }
}
