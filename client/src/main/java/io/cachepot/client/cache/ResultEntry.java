package io.cachepot.client.cache;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.RunJobResult;
import io.cachepot.protocol.wire.PartStreamReader;
import io.cachepot.protocol.wire.PartStreamWriter;
import io.cachepot.protocol.wire.ResultStream;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * A result on disk: the same stream in which a worker sends one, digest at the end included, so a
 * torn or damaged entry is told from a good one. Output {@code i} belongs to the i-th path of the
 * compile, whatever its name is this time.
 */
public final class ResultEntry {
    private static final int BUFFER_BYTES = 64 << 10;

    private ResultEntry() {}

    /**
     * One output to store.
     *
     * @param index among the compile's outputs
     */
    public record Output(int index, boolean isExecutable, Bytes content) {}

    /** Writes the result of a compile that succeeded. */
    public static void write(OutputStream target, Bytes stdout, Bytes stderr, List<Output> outputs)
            throws IOException {
        var buffered = new BufferedOutputStream(target, BUFFER_BYTES);
        var out = new PartStreamWriter(buffered);
        ResultStream.writeHead(out, new RunJobResult.Complete(0, 0));
        ResultStream.writeStdio(out, stdout, stderr);
        for (Output output : outputs) {
            byte[] content = output.content().toByteArray();
            ResultStream.writeOutput(
                    out,
                    output.index(),
                    output.isExecutable(),
                    new ByteArrayInputStream(content),
                    content.length);
        }
        out.end();
        buffered.flush();
    }

    /**
     * Reads one.
     *
     * @param receiver its data is void unless this method returns
     * @throws io.cachepot.protocol.wire.WireException when the entry is damaged
     */
    public static void read(InputStream source, int outputsMax, ResultStream.Receiver receiver)
            throws IOException {
        var in = new PartStreamReader(new BufferedInputStream(source, BUFFER_BYTES), "the cache");
        ResultStream.read(in, outputsMax, receiver);
    }
}
