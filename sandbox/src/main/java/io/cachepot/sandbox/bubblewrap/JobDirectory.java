package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.bubblewrap.RootPlan.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The directory of one job on the host: {@code root}, which the job sees as {@code /}, and {@code
 * status}, which it does not see. Closing removes it.
 */
final class JobDirectory implements AutoCloseable {
    /** Of a file that the job has not replaced: an output was written if it has another time. */
    static final FileTime UNTOUCHED = FileTime.fromMillis(0);

    private static final Set<PosixFilePermission> PLAIN =
            PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> EXECUTABLE =
            PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> PRIVATE =
            PosixFilePermissions.fromString("rwx------");

    private final Path directory;
    private final JobUser user;
    private boolean isKept;

    private JobDirectory(Path directory, JobUser user) {
        this.directory = directory;
        this.user = user;
    }

    /** Makes {@code directory}, which only the job's user can enter. */
    static JobDirectory create(Path directory, JobUser user) throws IOException {
        var job = new JobDirectory(directory, user);
        Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
        user.own(directory);
        Files.createDirectory(job.root());
        user.own(job.root());
        return job;
    }

    Path root() {
        return directory.resolve("root");
    }

    StatusFile status() {
        return new StatusFile(directory.resolve("status"));
    }

    /** Makes what the job sees, but for mounts. */
    void populate(RootPlan plan) throws IOException {
        for (Entry entry : plan.entries()) {
            make(entry, root().resolve(entry.path()));
        }
        Path devices = root().resolve("dev");
        for (String device : RootPlanner.DEVICES) {
            Files.createFile(devices.resolve(device));
        }
        Files.createSymbolicLink(devices.resolve("fd"), Path.of("/proc/self/fd"));
        Files.createSymbolicLink(devices.resolve("stdin"), Path.of("/proc/self/fd/0"));
        Files.createSymbolicLink(devices.resolve("stdout"), Path.of("/proc/self/fd/1"));
        Files.createSymbolicLink(devices.resolve("stderr"), Path.of("/proc/self/fd/2"));
    }

    private void make(Entry entry, Path path) throws IOException {
        switch (entry) {
            case Entry.Directory _ -> {
                Files.createDirectory(path);
                user.own(path);
            }
            case Entry.MountDirectory _ -> Files.createDirectory(path);
            case Entry.MountFile _ -> Files.createFile(path);
            case Entry.Link(_, var target) -> Files.createSymbolicLink(path, Path.of(target));
            case Entry.File file -> copy(file, path);
        }
    }

    /** A copy, never a hard link: the job may write to it, and the source belongs to all jobs. */
    private void copy(Entry.File file, Path path) throws IOException {
        Files.copy(file.source(), path);
        Files.setPosixFilePermissions(path, file.executable() ? EXECUTABLE : PLAIN);
        if (file.isOutput()) {
            Files.setLastModifiedTime(path, UNTOUCHED);
        }
        user.own(path);
    }

    /** Leaves it to the next start to remove it: something in it may still be alive. */
    void keep() {
        isKept = true;
    }

    @Override
    public void close() throws IOException {
        if (!isKept) {
            TreeRemover.remove(directory);
        }
    }
}
