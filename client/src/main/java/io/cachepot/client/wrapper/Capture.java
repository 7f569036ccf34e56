package io.cachepot.client.wrapper;

import io.cachepot.protocol.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** One captured stream of a run, as it grows. */
final class Capture {
    private final StandardStream stream;
    private final int bytesMax;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Capture(StandardStream stream, int bytesMax) {
        this.stream = stream;
        this.bytesMax = bytesMax;
    }

    void add(Bytes more) throws IOException {
        if (more.size() > bytesMax - bytes.size()) {
            throw new WrapperProtocolException(
                    "a child wrote more than %d bytes to %s".formatted(bytesMax, stream));
        }
        more.writeTo(bytes);
    }

    Bytes toBytes() {
        return Bytes.of(bytes.toByteArray());
    }
}
