package io.cachepot.node.worker;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.InputEntry;
import io.cachepot.protocol.Job;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.RunJobResult;
import io.cachepot.protocol.RunJobResult.NotRun;
import io.cachepot.protocol.RunJobResult.Reason;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.auth.JobTicket;
import io.cachepot.protocol.auth.TokenKeyPair;
import io.cachepot.protocol.wire.JobStream;
import io.cachepot.protocol.wire.PartStreamReader;
import io.cachepot.protocol.wire.PartStreamWriter;
import io.cachepot.protocol.wire.ResultStream;
import io.cachepot.sandbox.SandboxReceiver;
import io.cachepot.sandbox.archive.ArchiveWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Jobs, tickets and both streams, as a client sees them. */
final class Jobs {
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    static final WorkerId WORKER = new WorkerId("worker.example:10501");
    static final WorkerIdentity SELF =
            new WorkerIdentity(
                    WORKER,
                    7,
                    URI.create("https://worker.example:10501/"),
                    "PEM",
                    TokenKeyPair.create(),
                    4,
                    1L << 30,
                    "1.0");

    static final String TOKEN_KEY = SELF.tokenKeys().publicKey();

    /** With the one file {@code cc} in it. */
    static final byte[] ARCHIVE = archive();

    static final ToolchainId TOOLCHAIN = new ToolchainId(Digest.of(ARCHIVE));
    static final String SOURCE = "int main;";

    static final Job JOB =
            new Job(
                    TOOLCHAIN,
                    "/usr/bin/cc",
                    List.of("cc", "-c", "/src/a.c", "-o", "/out/a.o"),
                    "/src",
                    Map.of("LANG", "C"),
                    List.of(
                            new InputEntry.File("/src/a.c", digest(SOURCE), 9, false),
                            new InputEntry.Symlink("/src/b.c", "a.c"),
                            new InputEntry.Directory("/src/c")),
                    List.of("/out/a.d", "/out/a.o"),
                    60_000);

    private Jobs() {}

    private static byte[] archive() {
        var out = new ByteArrayOutputStream();
        try {
            Path file = Files.createTempFile("cc", "");
            try (var archive = ArchiveWriter.zstd(out)) {
                archive.file("cc", Files.writeString(file, "a compiler"), true);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static Digest digest(String content) {
        return Digest.of(content.getBytes(StandardCharsets.UTF_8));
    }

    static JobId id(int number) {
        return new JobId("%032x".formatted(number));
    }

    static JobTicket ticket(int number) {
        return new JobTicket(
                id(number), WORKER, SELF.incarnation(), TOOLCHAIN, NOW.plusSeconds(60));
    }

    static PreparedJob prepared(int number) {
        return new PreparedJob(
                id(number),
                JOB,
                Path.of("/toolchain"),
                digest -> Path.of("/blobs/" + digest),
                Duration.ofMillis(JOB.timeoutMillis()),
                new Nothing(),
                new JobTimes());
    }

    private static final class Nothing implements SandboxReceiver {
        @Override
        public void stdout(Bytes bytes) {}

        @Override
        public void stderr(Bytes bytes) {}

        @Override
        public void output(String path, long sizeBytes, boolean executable, InputStream content) {}
    }

    /** A job stream with {@code blobs} in it. */
    static byte[] request(Job job, String... blobs) throws IOException {
        var out = new ByteArrayOutputStream();
        var parts = new PartStreamWriter(out);
        JobStream.writeHead(parts, job);
        for (String blob : blobs) {
            byte[] bytes = blob.getBytes(StandardCharsets.UTF_8);
            JobStream.writeBlob(parts, digest(blob), new ByteArrayInputStream(bytes), bytes.length);
        }
        parts.end();
        return out.toByteArray();
    }

    /** A result stream as read. */
    record Received(
            RunJobResult result, String stdout, String stderr, Map<Integer, String> outputs) {}

    static Received notRun(Reason reason, String detail) {
        return new Received(new NotRun(reason, detail), "", "", Map.of());
    }

    static Received received(byte[] answer) throws IOException {
        var taken = new Taken();
        var parts = new PartStreamReader(new ByteArrayInputStream(answer), "worker");
        var result = ResultStream.read(parts, JOB.outputs().size(), taken);
        return new Received(result, taken.stdout, taken.stderr, taken.outputs);
    }

    private static final class Taken implements ResultStream.Receiver {
        private String stdout = "";
        private String stderr = "";
        private final Map<Integer, String> outputs = new HashMap<>();

        @Override
        public void stdio(Bytes out, Bytes err) {
            stdout = out.toUtf8();
            stderr = err.toUtf8();
        }

        @Override
        public void output(int index, boolean isExecutable, long sizeBytes, InputStream content)
                throws IOException {
            String text = new String(content.readAllBytes(), StandardCharsets.UTF_8);
            outputs.put(index, isExecutable ? text + " (executable)" : text);
        }
    }
}
