package io.cachepot.client.wrapper;

import io.cachepot.protocol.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Cuts what the wrapper sends into frames. */
final class FrameReader {
    private final InputStream in;

    FrameReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next frame; memory is taken as bytes arrive, not as they are announced.
     *
     * @throws EOFException at the end, between frames
     * @throws WrapperProtocolException when the frame is too large or cut short
     */
    Frame read() throws IOException {
        byte[] header = in.readNBytes(Frame.HEADER_BYTES);
        if (header.length == 0) {
            throw new EOFException("the wrapper hung up");
        }
        if (header.length < Frame.HEADER_BYTES) {
            throw new WrapperProtocolException(
                    "the wrapper hung up after %d of a frame's first %d bytes"
                            .formatted(header.length, Frame.HEADER_BYTES));
        }
        var type = (char) (header[0] & 0xff);
        int length = ByteBuffer.wrap(header, 1, 4).getInt();
        if (length < 0 || length > Frame.PAYLOAD_BYTES_MAX) {
            throw new WrapperProtocolException(
                    "the wrapper announced a frame of %s bytes, at most %d are allowed"
                            .formatted(Integer.toUnsignedString(length), Frame.PAYLOAD_BYTES_MAX));
        }
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new WrapperProtocolException(
                    "the wrapper hung up after %d of a frame's %d bytes"
                            .formatted(payload.length, length));
        }
        return new Frame(type, Bytes.of(payload));
    }
}
