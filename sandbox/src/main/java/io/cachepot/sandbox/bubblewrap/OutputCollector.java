package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.SandboxReceiver;
import io.cachepot.sandbox.bubblewrap.RootPlan.PlannedOutput;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the outputs of a dead job out of its root. The job may have put anything there: no link is
 * followed on any component, and what is not a regular file is not opened at all (a FIFO would
 * block us). Such an output counts as not written.
 */
final class OutputCollector {
    private final Path root;

    OutputCollector(Path root) {
        this.root = root;
    }

    /** An output that was written. */
    record Output(PlannedOutput planned, long sizeBytes, boolean executable) {}

    /** What is done in an open directory. */
    private interface Visit<T> {
        Optional<T> in(SecureDirectoryStream<Path> directory) throws IOException;
    }

    /** Those of {@code planned} that were written. */
    List<Output> find(List<PlannedOutput> planned) throws IOException {
        var outputs = new ArrayList<Output>();
        for (PlannedOutput output : planned) {
            try {
                inDirectoryOf(output, directory -> attributes(directory, output))
                        .ifPresent(outputs::add);
            } catch (NoSuchFileException | AccessDeniedException _) {
                // Not there, or the job locked us out: not written.
            }
        }
        return outputs;
    }

    private static Optional<Output> attributes(
            SecureDirectoryStream<Path> directory, PlannedOutput planned) throws IOException {
        PosixFileAttributes attributes =
                directory
                        .getFileAttributeView(
                                Path.of(planned.name()),
                                PosixFileAttributeView.class,
                                LinkOption.NOFOLLOW_LINKS)
                        .readAttributes();
        Set<PosixFilePermission> permissions = attributes.permissions();
        if (!attributes.isRegularFile()
                || attributes.lastModifiedTime().equals(JobDirectory.UNTOUCHED)
                || !permissions.contains(PosixFilePermission.OWNER_READ)) {
            return Optional.empty();
        }
        return Optional.of(
                new Output(
                        planned,
                        attributes.size(),
                        permissions.contains(PosixFilePermission.OWNER_EXECUTE)));
    }

    /** Hands {@code output} over. */
    void give(Output output, SandboxReceiver receiver) throws IOException {
        inDirectoryOf(
                output.planned(),
                directory -> {
                    try (var channel =
                                    directory.newByteChannel(
                                            Path.of(output.planned().name()),
                                            Set.of(
                                                    StandardOpenOption.READ,
                                                    LinkOption.NOFOLLOW_LINKS));
                            var content = Channels.newInputStream(channel)) {
                        receiver.output(
                                output.planned().path(),
                                output.sizeBytes(),
                                output.executable(),
                                content);
                    }
                    return Optional.empty();
                });
    }

    private <T> Optional<T> inDirectoryOf(PlannedOutput planned, Visit<T> visit)
            throws IOException {
        var names = new ArrayList<String>();
        if (!planned.directory().isEmpty()) {
            names.addAll(List.of(planned.directory().split("/")));
        }
        try (var top = Files.newDirectoryStream(root)) {
            if (top instanceof SecureDirectoryStream<Path> secure) {
                return descend(secure, names, visit);
            }
            throw new IllegalStateException("this Java has no SecureDirectoryStream");
        }
    }

    private static <T> Optional<T> descend(
            SecureDirectoryStream<Path> directory, List<String> names, Visit<T> visit)
            throws IOException {
        if (names.isEmpty()) {
            return visit.in(directory);
        }
        Path name = Path.of(names.getFirst());
        var view =
                directory.getFileAttributeView(
                        name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (!view.readAttributes().isDirectory()) {
            return Optional.empty();
        }
        try (var next = directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            return descend(next, names.subList(1, names.size()), visit);
        }
    }
}
