package io.cachepot.client.wrapper;

import io.cachepot.client.wrapper.Directive.Die;
import io.cachepot.client.wrapper.Directive.Exec;
import io.cachepot.client.wrapper.Directive.ExecAsInvoked;
import io.cachepot.client.wrapper.Directive.Exit;
import io.cachepot.client.wrapper.Directive.RefuseVersion;
import io.cachepot.client.wrapper.Directive.Run;
import io.cachepot.client.wrapper.Directive.Write;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** The byte form of directives, see docs/WRAPPER_PROTOCOL.md. */
final class DirectiveCodec {
    private DirectiveCodec() {}

    /**
     * Whole frames, ready to be sent. Only a long {@link Write} takes more than one.
     *
     * @throws IllegalArgumentException when a string has a NUL or half a character in it, or a
     *     command is too long
     */
    static ByteBuffer encode(Directive directive) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            switch (directive) {
                case Run(var flags, var command) -> putCommand(out, 'R', bits(flags), command);
                case Exec(var command) -> putCommand(out, 'X', 0, command);
                case ExecAsInvoked _ -> putFrame(out, 'X', new byte[0]);
                case Write write -> putWrite(out, write);
                case Exit(int code) -> putEnd(out, 0, code);
                case Die(int signal) -> putEnd(out, 1, signal);
                case RefuseVersion refusal -> putRefusal(out, refusal);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    private static int bits(Set<RunFlag> flags) {
        return flags.stream().mapToInt(RunFlag::bit).sum();
    }

    private static void putFrame(DataOutputStream out, char type, byte[] payload)
            throws IOException {
        if (payload.length > Frame.PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "directive %s takes %d bytes, at most %d can be sent"
                            .formatted(type, payload.length, Frame.PAYLOAD_BYTES_MAX));
        }
        out.writeByte(type);
        out.writeInt(payload.length);
        out.write(payload);
    }

    private static void putCommand(DataOutputStream out, char type, int flags, Command command)
            throws IOException {
        var payload = new ByteArrayOutputStream();
        var fields = new DataOutputStream(payload);
        fields.writeInt(flags);
        putString(fields, command.path());
        putList(fields, command.arguments());
        putList(fields, command.environmentChanges());
        putFrame(out, type, payload.toByteArray());
    }

    private static void putList(DataOutputStream out, List<String> strings) throws IOException {
        out.writeInt(strings.size());
        for (String string : strings) {
            putString(out, string);
        }
    }

    private static void putString(DataOutputStream out, String string) throws IOException {
        if (string.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("'" + string + "' has a NUL in it");
        }
        ByteBuffer utf8 = strictUtf8(string);
        out.writeInt(utf8.remaining());
        out.write(utf8.array(), utf8.arrayOffset() + utf8.position(), utf8.remaining());
    }

    /* A replaced character would be another file's name. */
    private static ByteBuffer strictUtf8(String string) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(string));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("'" + string + "' has half a character in it", e);
        }
    }

    private static void putWrite(DataOutputStream out, Write write) throws IOException {
        byte[] bytes = write.bytes().toByteArray();
        int partMax = Frame.PAYLOAD_BYTES_MAX - 1;
        for (int from = 0; from < bytes.length; from += partMax) {
            int length = Math.min(partMax, bytes.length - from);
            out.writeByte('W');
            out.writeInt(1 + length);
            out.writeByte(write.stream().number());
            out.write(bytes, from, length);
        }
    }

    private static void putEnd(DataOutputStream out, int kind, int value) throws IOException {
        putFrame(out, 'Q', ByteBuffer.allocate(5).put((byte) kind).putInt(value).array());
    }

    private static void putRefusal(DataOutputStream out, RefuseVersion refusal) throws IOException {
        var payload = new ByteArrayOutputStream();
        var fields = new DataOutputStream(payload);
        fields.writeShort(refusal.lowest());
        fields.writeShort(refusal.highest());
        putString(fields, refusal.message());
        putFrame(out, 'V', payload.toByteArray());
    }
}
