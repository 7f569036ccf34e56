package io.cachepot.sandbox.bubblewrap;

import io.cachepot.protocol.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * What a process wrote to one of its streams.
 *
 * @param isComplete whether it stayed within the bound; otherwise it has been stopped
 */
record Capture(Bytes bytes, boolean isComplete) {
    private static final int CHUNK_BYTES = 16 * 1024;

    /**
     * Reads {@code stream} to its end, keeping at most {@code bytesMax}; when there are more it
     * calls {@code stop}, then reads on and forgets, so that the process does not block.
     */
    static Capture read(InputStream stream, long bytesMax, Runnable stop) throws IOException {
        var kept = new ByteArrayOutputStream();
        var chunk = new byte[CHUNK_BYTES];
        boolean isComplete = true;
        for (int n = stream.read(chunk); n >= 0; n = stream.read(chunk)) {
            if (kept.size() + (long) n <= bytesMax) {
                kept.write(chunk, 0, n);
            } else if (isComplete) {
                isComplete = false;
                stop.run();
            }
        }
        return new Capture(Bytes.of(ByteBuffer.wrap(kept.toByteArray())), isComplete);
    }
}
