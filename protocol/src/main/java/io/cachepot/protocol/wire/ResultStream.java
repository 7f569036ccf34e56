package io.cachepot.protocol.wire;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.RunJobResult;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The answer to {@code run_job}: HEAD with the {@link RunJobResult}; after a {@code Complete} then
 * STDOUT, STDERR, and an OUTPUT for each file that the compiler wrote.
 */
public final class ResultStream {
    /** Most bytes of stdout, and of stderr. */
    public static final int STDIO_BYTES_MAX = 16 << 20;

    private static final int HEAD_BYTES_MAX = 16 << 20;
    private static final int OUTPUT_PREFIX_BYTES = 3;

    private ResultStream() {}

    public static void writeHead(PartStreamWriter out, RunJobResult result) throws IOException {
        out.part(PartType.HEAD, Json.encode(result));
    }

    public static void writeStdio(PartStreamWriter out, Bytes stdout, Bytes stderr)
            throws IOException {
        out.part(PartType.STDOUT, stdout.toByteArray());
        out.part(PartType.STDERR, stderr.toByteArray());
    }

    /**
     * One output.
     *
     * @param index into the job's outputs
     */
    public static void writeOutput(
            PartStreamWriter out,
            int index,
            boolean isExecutable,
            InputStream content,
            long sizeBytes)
            throws IOException {
        byte[] prefix = {(byte) (index >> 8), (byte) index, (byte) (isExecutable ? 1 : 0)};
        out.part(PartType.OUTPUT, prefix, content, sizeBytes);
    }

    /**
     * Reads a whole answer.
     *
     * @param outputsMax how many outputs the job has
     * @param receiver gets what follows a {@code Complete}; void unless this method returns
     * @throws WireException when the stream is cut, damaged or not as above
     */
    public static RunJobResult read(PartStreamReader in, int outputsMax, Receiver receiver)
            throws IOException {
        in.expect(PartType.HEAD);
        var result = Json.decode(in.readRest(HEAD_BYTES_MAX), RunJobResult.class);
        if (result instanceof RunJobResult.Complete) {
            in.expect(PartType.STDOUT);
            var stdout = Bytes.of(in.readRest(STDIO_BYTES_MAX));
            in.expect(PartType.STDERR);
            receiver.stdio(stdout, Bytes.of(in.readRest(STDIO_BYTES_MAX)));
        }
        for (Optional<PartType> part = in.next(); part.isPresent(); part = in.next()) {
            if (part.get() != PartType.OUTPUT || !(result instanceof RunJobResult.Complete)) {
                throw new WireException("result stream has a part " + part.get() + " out of place");
            }
            readOutput(in, outputsMax, receiver);
        }
        return result;
    }

    private static void readOutput(PartStreamReader in, int outputsMax, Receiver receiver)
            throws IOException {
        byte[] prefix = in.readExactly(OUTPUT_PREFIX_BYTES);
        int index = (prefix[0] & 0xff) << 8 | (prefix[1] & 0xff);
        if (index >= outputsMax) {
            throw new WireException("output has index " + index + ", expected below " + outputsMax);
        }
        receiver.output(index, prefix[2] != 0, in.left(), in.body());
    }

    /** Takes what a compiler left. */
    public interface Receiver {
        void stdio(Bytes stdout, Bytes stderr) throws IOException;

        void output(int index, boolean isExecutable, long sizeBytes, InputStream content)
                throws IOException;
    }
}
