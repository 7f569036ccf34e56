package io.cachepot.client.wrapper;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Takes a payload apart; every length is checked against what is there. */
final class FrameReader {
    private static final int STRINGS_MAX = 4_000_000;

    private final ByteBuffer payload;
    private final char type;

    FrameReader(Frame frame) {
        this.payload = frame.payload().duplicate();
        this.type = frame.type();
    }

    int unsignedByte() throws WrapperProtocolException {
        return take(1).get() & 0xff;
    }

    int unsignedShort() throws WrapperProtocolException {
        return take(2).getShort() & 0xffff;
    }

    int word() throws WrapperProtocolException {
        return take(4).getInt();
    }

    long longWord() throws WrapperProtocolException {
        return take(8).getLong();
    }

    byte[] string() throws WrapperProtocolException {
        int length = word();
        byte[] bytes = new byte[checked(length)];
        take(length).get(bytes);
        return bytes;
    }

    List<byte[]> strings() throws WrapperProtocolException {
        int count = word();
        if (count < 0 || count > STRINGS_MAX || count > payload.remaining() / 4) {
            throw malformed(Integer.toUnsignedString(count) + " strings");
        }
        var strings = new ArrayList<byte[]>(count);
        for (int i = 0; i < count; i++) {
            strings.add(string());
        }
        return strings;
    }

    void end() throws WrapperProtocolException {
        if (payload.hasRemaining()) {
            throw malformed(payload.remaining() + " bytes too many");
        }
    }

    private ByteBuffer take(int count) throws WrapperProtocolException {
        checked(count);
        try {
            ByteBuffer taken = payload.slice(payload.position(), count);
            payload.position(payload.position() + count);
            return taken;
        } catch (BufferUnderflowException | IndexOutOfBoundsException _) {
            throw malformed("a field of " + count + " bytes");
        }
    }

    private int checked(int count) throws WrapperProtocolException {
        if (count < 0 || count > payload.remaining()) {
            throw malformed("a field of " + Integer.toUnsignedString(count) + " bytes");
        }
        return count;
    }

    private WrapperProtocolException malformed(String what) {
        return new WrapperProtocolException(
                "frame '"
                        + type
                        + "' has "
                        + what
                        + " where "
                        + payload.remaining()
                        + " bytes are left");
    }
}
