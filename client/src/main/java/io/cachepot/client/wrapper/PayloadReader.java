package io.cachepot.client.wrapper;

import io.cachepot.protocol.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Takes fields from a payload and trusts nothing in it. */
final class PayloadReader {
    private final String what;
    private final ByteBuffer payload;

    /**
     * @param what name of the message, for complaints
     */
    PayloadReader(String what, Bytes payload) {
        this.what = what;
        this.payload = payload.asByteBuffer();
    }

    int u8(String field) throws WrapperProtocolException {
        need(1, field);
        return payload.get() & 0xff;
    }

    int u16(String field) throws WrapperProtocolException {
        need(2, field);
        return payload.getShort() & 0xffff;
    }

    /** A number that has to fit an int. */
    int u32(String field) throws WrapperProtocolException {
        need(4, field);
        int value = payload.getInt();
        if (value < 0) {
            throw broken(
                    "%s is %s, at most %d is possible"
                            .formatted(field, Integer.toUnsignedString(value), Integer.MAX_VALUE));
        }
        return value;
    }

    /** A number that has to fit a long. */
    long u64(String field) throws WrapperProtocolException {
        need(8, field);
        long value = payload.getLong();
        if (value < 0) {
            throw broken(
                    "%s is %s, at most %d is possible"
                            .formatted(field, Long.toUnsignedString(value), Long.MAX_VALUE));
        }
        return value;
    }

    Bytes string(String field) throws WrapperProtocolException {
        int length = u32("length of " + field);
        need(length, field);
        var string = Bytes.of(payload.slice(payload.position(), length));
        payload.position(payload.position() + length);
        return string;
    }

    List<Bytes> strings(String field) throws WrapperProtocolException {
        int count = u32("number of " + field);
        need(4L * count, field);
        var strings = new ArrayList<Bytes>(count);
        for (int i = 0; i < count; i++) {
            strings.add(string(field));
        }
        return strings;
    }

    void end() throws WrapperProtocolException {
        if (payload.hasRemaining()) {
            throw broken("%d bytes follow the last field".formatted(payload.remaining()));
        }
    }

    WrapperProtocolException broken(String how) {
        return new WrapperProtocolException("malformed " + what + " from the wrapper: " + how);
    }

    private void need(long bytes, String field) throws WrapperProtocolException {
        if (payload.remaining() < bytes) {
            throw broken(
                    "%s needs %d bytes, %d are left".formatted(field, bytes, payload.remaining()));
        }
    }
}
