package io.cachepot.client.wrapper;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Puts a payload together. */
final class FrameWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    FrameWriter unsignedByte(int value) throws IOException {
        out.writeByte(value);
        return this;
    }

    FrameWriter unsignedShort(int value) throws IOException {
        out.writeShort(value);
        return this;
    }

    FrameWriter word(int value) throws IOException {
        out.writeInt(value);
        return this;
    }

    FrameWriter string(String value) throws IOException {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
        return this;
    }

    FrameWriter strings(List<String> values) throws IOException {
        out.writeInt(values.size());
        for (String value : values) {
            string(value);
        }
        return this;
    }

    byte[] payload() {
        return bytes.toByteArray();
    }
}
