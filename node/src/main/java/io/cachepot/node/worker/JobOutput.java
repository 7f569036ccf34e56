package io.cachepot.node.worker;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.wire.PartStreamWriter;
import io.cachepot.protocol.wire.ResultStream;
import io.cachepot.sandbox.SandboxReceiver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a job left, kept until its answer is written: small files in memory, others in a directory
 * of its own that {@link #close()} removes.
 *
 * <p>Kept, and not passed on as it comes, since the exit code goes first over the wire and is known
 * last; and since a slow client then holds neither a permit nor the sandbox.
 */
final class JobOutput implements SandboxReceiver, AutoCloseable {
    /** Most bytes of outputs of one job in memory; object files are rarely larger. */
    private static final int MEMORY_BYTES_MAX = 1 << 20;

    private final Path directory;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final List<Output> outputs = new ArrayList<>();
    private Bytes stdout = Bytes.EMPTY;
    private Bytes stderr = Bytes.EMPTY;
    private int memoryLeft = MEMORY_BYTES_MAX;
    private Optional<Digest> kept = Optional.empty();

    /** {@code directory} does not exist; it is made when it is needed. */
    JobOutput(Path directory) {
        this.directory = directory;
    }

    private record Output(int index, boolean isExecutable, long sizeBytes, Content content) {}

    private interface Content {
        InputStream open() throws IOException;
    }

    /** Says which outputs are wanted, before any comes. */
    void expect(List<String> paths) {
        for (int i = 0; i < paths.size(); i++) {
            indexes.put(paths.get(i), i);
        }
    }

    @Override
    public void stdout(Bytes bytes) {
        stdout = bytes;
    }

    @Override
    public void stderr(Bytes bytes) {
        stderr = bytes;
    }

    @Override
    public void output(String path, long sizeBytes, boolean executable, InputStream content)
            throws IOException {
        Integer index = indexes.get(path);
        if (index == null) {
            throw new IllegalStateException("sandbox gave " + path + ", which the job did not ask");
        }
        outputs.add(
                new Output(index, executable, sizeBytes, keep(path, sizeBytes, index, content)));
    }

    private Content keep(String path, long sizeBytes, int index, InputStream in)
            throws IOException {
        if (sizeBytes > memoryLeft) {
            Path file = store(index, in);
            checkSize(path, Files.size(file), sizeBytes);
            return () -> Files.newInputStream(file);
        }
        byte[] bytes = in.readNBytes((int) sizeBytes);
        checkSize(path, bytes.length, sizeBytes);
        memoryLeft -= bytes.length;
        return () -> new ByteArrayInputStream(bytes);
    }

    private Path store(int index, InputStream in) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(Integer.toString(index));
        Files.copy(in, file);
        return file;
    }

    private static void checkSize(String path, long sizeBytes, long expected) throws IOException {
        if (sizeBytes != expected) {
            throw new IOException(path + " gave " + sizeBytes + " bytes, expected " + expected);
        }
    }

    /** All of it is there, and worth to be kept under {@code key} for whoever asks the same. */
    void keepFor(Digest key) {
        if (outputs.size() == indexes.size()) {
            kept = Optional.of(key);
        }
    }

    /** Under what key it is to be kept, if it is. */
    Optional<Digest> kept() {
        return kept;
    }

    /** Of what the compiler said, about so many characters; what is not UTF-8 is replaced. */
    String beginningOfStderr(int chars) {
        byte[] bytes = stderr.toByteArray();
        return new String(bytes, 0, Math.min(bytes.length, chars), StandardCharsets.UTF_8);
    }

    /** Writes what follows a {@code Complete}. */
    void writeTo(PartStreamWriter parts) throws IOException {
        ResultStream.writeStdio(parts, stdout, stderr);
        for (Output output : outputs) {
            try (InputStream content = output.content().open()) {
                ResultStream.writeOutput(
                        parts, output.index(), output.isExecutable(), content, output.sizeBytes());
            }
        }
    }

    @Override
    public void close() throws IOException {
        delete(directory);
    }

    /** Removes the directory of one job if it is there. */
    static void delete(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
