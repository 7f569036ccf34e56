package io.cachepot.client.cache;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.wire.ResultStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A result as it is stored. Output {@code i} belongs to the i-th path of the compile, whatever its
 * name is this time.
 *
 * <pre>
 * entry  := "CPR1" | u8 encoding | u32 bytes of stdout | u32 bytes of stderr | u16 count | output* | body
 * output := u16 index | u8 1 if executable | u32 bytes              integers are big-endian
 * body   := stdout, stderr and the outputs' content, one after the other; encoding 0: as they are,
 *           1: in chunks of zstd, see {@link ZstdBody}
 * </pre>
 *
 * <p>The store tells damaged entries from good ones before they get here; this still believes
 * nothing of what it reads.
 */
public final class ResultEntry {
    /** Longest output. */
    public static final int OUTPUT_BYTES_MAX = 256 << 20;

    private static final byte[] MAGIC = {'C', 'P', 'R', '1'};
    private static final int RAW = 0;
    private static final int ZSTD = 1;

    /**
     * What is smaller is stored as it is: it would save a block or two, and decompressing takes
     * longer than the digest of what was saved.
     */
    private static final int COMPRESSED_BYTES_MIN = 16 << 10;

    /** Compression has to save this share of the disk blocks. */
    private static final double SAVED_MIN = 0.25;

    private ResultEntry() {}

    /**
     * One output to store.
     *
     * @param index among the compile's outputs
     */
    public record Output(int index, boolean isExecutable, Bytes content) {}

    /** Loads what compressed entries need. Takes a while, so it is not left to the first hit. */
    public static void prepare() {
        ZstdBody.isAvailable();
    }

    /** Writes the result of a compile that succeeded. */
    public static void write(OutputStream target, Bytes stdout, Bytes stderr, List<Output> outputs)
            throws IOException {
        write(target, stdout, stderr, outputs, ZstdBody::isAvailable);
    }

    /** Whether an entry that is worth it is compressed. */
    @FunctionalInterface
    interface Compression {
        boolean isWanted();
    }

    static void write(
            OutputStream target,
            Bytes stdout,
            Bytes stderr,
            List<Output> outputs,
            Compression compression)
            throws IOException {
        checkSizes(stdout, stderr, outputs);
        var out = new DataOutputStream(target);
        var content = new ArrayList<>(List.of(stdout, stderr));
        outputs.forEach(output -> content.add(output.content()));
        long size = content.stream().mapToLong(Bytes::size).sum();
        if (size < COMPRESSED_BYTES_MIN || !compression.isWanted()) {
            writeRaw(out, stdout, stderr, outputs, content);
            return;
        }
        var chunks = new Chunks(content);
        try (var writer = new ZstdBody.Writer()) {
            int length = chunks.next();
            byte[] frame = writer.compress(chunks.buffer, length);
            if (Usage.ofFile(frame.length).bytes()
                    > (1 - SAVED_MIN) * Usage.ofFile(length).bytes()) {
                writeRaw(out, stdout, stderr, outputs, content);
                return;
            }
            writeHead(out, ZSTD, stdout, stderr, outputs);
            while (length > 0) {
                out.writeInt(frame.length);
                out.write(frame);
                length = chunks.next();
                frame = writer.compress(chunks.buffer, length);
            }
        }
    }

    private static void checkSizes(Bytes stdout, Bytes stderr, List<Output> outputs)
            throws IOException {
        if (Math.max(stdout.size(), stderr.size()) > ResultStream.STDIO_BYTES_MAX) {
            throw new IOException("stdout or stderr is too large to be kept");
        }
        for (Output output : outputs) {
            if (output.content().size() > OUTPUT_BYTES_MAX) {
                throw new IOException("output " + output.index() + " is too large to be kept");
            }
        }
    }

    private static void writeRaw(
            DataOutputStream out,
            Bytes stdout,
            Bytes stderr,
            List<Output> outputs,
            List<Bytes> content)
            throws IOException {
        writeHead(out, RAW, stdout, stderr, outputs);
        for (Bytes bytes : content) {
            bytes.writeTo(out);
        }
    }

    private static void writeHead(
            DataOutputStream out, int encoding, Bytes stdout, Bytes stderr, List<Output> outputs)
            throws IOException {
        out.write(MAGIC);
        out.writeByte(encoding);
        out.writeInt(stdout.size());
        out.writeInt(stderr.size());
        out.writeShort(outputs.size());
        for (Output output : outputs) {
            out.writeShort(output.index());
            out.writeByte(output.isExecutable() ? 1 : 0);
            out.writeInt(output.content().size());
        }
    }

    /** Content cut anew. */
    private static final class Chunks {
        private final List<ByteBuffer> content;
        private final byte[] buffer = new byte[ZstdBody.CHUNK_BYTES];

        Chunks(List<Bytes> content) {
            this.content = content.stream().map(Bytes::asByteBuffer).toList();
        }

        /** Fills the buffer and returns how far; 0 at the end. */
        int next() {
            int filled = 0;
            for (ByteBuffer each : content) {
                int n = Math.min(each.remaining(), buffer.length - filled);
                each.get(buffer, filled, n);
                filled += n;
            }
            return filled;
        }
    }

    private record Head(int encoding, int stdoutBytes, int stderrBytes, List<OutputHead> outputs) {
        long bodyBytes() {
            return outputs.stream().mapToLong(OutputHead::bytes).sum() + stdoutBytes + stderrBytes;
        }
    }

    private record OutputHead(int index, boolean isExecutable, int bytes) {}

    /**
     * Reads one.
     *
     * @param outputsMax how many paths the compile has
     * @param receiver its data is void unless this method returns
     * @throws DamagedEntryException when this is no such entry
     */
    public static void read(InputStream source, int outputsMax, ResultStream.Receiver receiver)
            throws IOException {
        var in = new DataInputStream(source);
        try {
            Head head = readHead(in, outputsMax);
            if (head.encoding() == ZSTD) {
                try (var body = zstd(in, head)) {
                    readBody(head, body, receiver);
                }
            } else {
                readBody(head, in, receiver);
            }
            if (in.read() >= 0) {
                throw new DamagedEntryException("result has bytes after its end");
            }
        } catch (EOFException _) {
            throw new DamagedEntryException("result ends early");
        }
    }

    private static InputStream zstd(DataInputStream in, Head head) throws IOException {
        if (!ZstdBody.isAvailable()) {
            throw new IOException("result is compressed, and zstd can not be loaded here");
        }
        return new ZstdBody.Reader(in, head.bodyBytes());
    }

    private static Head readHead(DataInputStream in, int outputsMax) throws IOException {
        byte[] magic = new byte[MAGIC.length];
        in.readFully(magic);
        int encoding = in.readUnsignedByte();
        if (!Arrays.equals(magic, MAGIC) || encoding > ZSTD) {
            throw new DamagedEntryException("result does not begin with CPR1 and 0 or 1");
        }
        int stdoutBytes = readSize(in, ResultStream.STDIO_BYTES_MAX);
        int stderrBytes = readSize(in, ResultStream.STDIO_BYTES_MAX);
        int count = in.readUnsignedShort();
        if (count > outputsMax) {
            throw new DamagedEntryException(
                    "result has " + count + " outputs, expected at most " + outputsMax);
        }
        var outputs = new ArrayList<OutputHead>(count);
        for (int i = 0; i < count; i++) {
            int index = in.readUnsignedShort();
            if (index >= outputsMax) {
                throw new DamagedEntryException(
                        "output has index " + index + ", expected below " + outputsMax);
            }
            outputs.add(
                    new OutputHead(
                            index, in.readUnsignedByte() != 0, readSize(in, OUTPUT_BYTES_MAX)));
        }
        return new Head(encoding, stdoutBytes, stderrBytes, outputs);
    }

    private static int readSize(DataInputStream in, int max) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > max) {
            throw new DamagedEntryException(
                    "part has "
                            + Integer.toUnsignedString(size)
                            + " bytes, expected at most "
                            + max);
        }
        return size;
    }

    private static void readBody(Head head, InputStream body, ResultStream.Receiver receiver)
            throws IOException {
        Bytes stdout = readPart(body, head.stdoutBytes());
        receiver.stdio(stdout, readPart(body, head.stderrBytes()));
        for (OutputHead output : head.outputs()) {
            var content = new LimitedInputStream(body, output.bytes());
            receiver.output(output.index(), output.isExecutable(), output.bytes(), content);
            content.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static Bytes readPart(InputStream body, int size) throws IOException {
        byte[] part = body.readNBytes(size);
        if (part.length < size) {
            throw new EOFException();
        }
        return Bytes.of(part);
    }
}
