package io.cachepot.client.wrapper;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * One frame: a type, a length, a payload. {@code payload} is not copied; nobody changes it.
 *
 * @param type one of the letters of docs/WRAPPER_PROTOCOL.md
 */
record Frame(char type, ByteBuffer payload) {
    /** Longest payload. */
    static final int PAYLOAD_BYTES_MAX = 32 << 20;

    private static final int HEAD_BYTES = 5;

    /**
     * Reads one.
     *
     * @throws EOFException when the wrapper has hung up, between frames or within one
     * @throws WrapperProtocolException when it is too long
     */
    static Frame read(DataInputStream in) throws IOException {
        char type = (char) in.readUnsignedByte();
        int length = in.readInt();
        if (length < 0 || length > PAYLOAD_BYTES_MAX) {
            throw new WrapperProtocolException(
                    "frame '"
                            + type
                            + "' has "
                            + Integer.toUnsignedString(length)
                            + " bytes, expected at most "
                            + PAYLOAD_BYTES_MAX);
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(type, ByteBuffer.wrap(payload));
    }

    /** Writes one, in a single write where it is small. */
    static void write(OutputStream out, char type, byte[] payload) throws IOException {
        ByteBuffer whole = ByteBuffer.allocate(HEAD_BYTES + payload.length);
        whole.put((byte) type).putInt(payload.length).put(payload);
        out.write(whole.array());
    }
}
