package io.cachepot.node.worker;

import io.cachepot.protocol.RunJobResult;
import io.cachepot.protocol.RunJobResult.Complete;
import io.cachepot.protocol.wire.PartStreamWriter;
import io.cachepot.protocol.wire.PartType;
import io.cachepot.protocol.wire.ResultStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A result stream on its way to the client; used by one thread. */
final class Answer {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final byte[] NOTHING = {};

    private final OutputStream out;
    private final PartStreamWriter parts;

    /** Sends the first bytes at once, so that the client knows that it is heard. */
    Answer(OutputStream target) throws IOException {
        out = new BufferedOutputStream(target, BUFFER_BYTES);
        parts = new PartStreamWriter(out);
        out.flush();
    }

    /**
     * Says that the worker lives.
     *
     * @throws IOException when the client has hung up
     */
    void heartbeat() throws IOException {
        parts.part(PartType.HEARTBEAT, NOTHING);
        out.flush();
    }

    /** Sends the rest and closes the stream: the client reads on until its end. */
    void finish(RunJobResult result, JobOutput output) throws IOException {
        write(result, output, parts);
        out.close();
    }

    /** A whole stream, without signs of life. */
    static void write(RunJobResult result, JobOutput output, OutputStream out) throws IOException {
        write(result, output, new PartStreamWriter(out));
    }

    private static void write(RunJobResult result, JobOutput output, PartStreamWriter parts)
            throws IOException {
        ResultStream.writeHead(parts, result);
        if (result instanceof Complete) {
            output.writeTo(parts);
        }
        parts.end();
    }
}
