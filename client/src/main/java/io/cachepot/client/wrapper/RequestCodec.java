package io.cachepot.client.wrapper;

import io.cachepot.client.wrapper.ReceivedRequest.OtherVersion;
import io.cachepot.client.wrapper.ReceivedRequest.Undecodable;
import io.cachepot.protocol.Bytes;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the wrapper's request. */
final class RequestCodec {
    private static final int FLAG_STARTED_COORDINATOR = 1;
    private static final int FLAG_MASQUERADE = 2;
    private static final List<DescriptorKind> KINDS = List.of(DescriptorKind.values());

    private RequestCodec() {}

    /** A string of the request that no Java string can stand for. */
    private static final class NotUtf8Exception extends Exception {
        private NotUtf8Exception(String what, CharacterCodingException cause) {
            super(what, cause);
        }
    }

    private record Environment(Map<String, String> variables, List<String> undecodable) {}

    static ReceivedRequest decode(Bytes payload) throws WrapperProtocolException {
        var reader = new PayloadReader("request", payload);
        int version = reader.u16("version");
        if (version != WrapperRequest.VERSION) {
            return new OtherVersion(version);
        }
        try {
            return decodeFields(reader, version);
        } catch (NotUtf8Exception e) {
            return new Undecodable(String.valueOf(e.getMessage()));
        }
    }

    private static WrapperRequest decodeFields(PayloadReader reader, int version)
            throws WrapperProtocolException, NotUtf8Exception {
        int flags = reader.u32("flags");
        if ((flags & ~(FLAG_STARTED_COORDINATOR | FLAG_MASQUERADE)) != 0) {
            throw reader.broken("flags are 0x%x, expected at most 0x3".formatted(flags));
        }
        int umask = reader.u32("umask");
        if (umask > 0777) {
            throw reader.broken("umask is 0%o, expected at most 0777".formatted(umask));
        }
        int parent = reader.u32("parent");
        int session = reader.u32("session");
        var descriptors = List.of(kind(reader), kind(reader), kind(reader));
        Bytes self = reader.string("self");
        Bytes invokedAs = reader.string("invokedAs");
        Bytes cwd = reader.string("cwd");
        List<Bytes> arguments = reader.strings("arguments");
        List<Bytes> variables = reader.strings("environment");
        // Everything is taken from the bytes before any is decoded: a malformed request is
        // malformed, UTF-8 or not.
        reader.end();
        var directory = text("cwd", cwd);
        if (!directory.startsWith("/")) {
            throw reader.broken("cwd is '%s', expected an absolute path".formatted(directory));
        }
        var environment = environment(variables);
        return new WrapperRequest(
                version,
                (flags & FLAG_STARTED_COORDINATOR) != 0,
                (flags & FLAG_MASQUERADE) != 0,
                umask,
                parent,
                session,
                descriptors,
                text("self", self),
                text("invokedAs", invokedAs),
                directory,
                arguments(arguments),
                environment.variables(),
                environment.undecodable());
    }

    private static DescriptorKind kind(PayloadReader reader) throws WrapperProtocolException {
        int number = reader.u8("descriptor kind");
        if (number >= KINDS.size()) {
            throw reader.broken(
                    "descriptor kind is %d, at most %d is known"
                            .formatted(number, KINDS.size() - 1));
        }
        return KINDS.get(number);
    }

    private static List<String> arguments(List<Bytes> arguments) throws NotUtf8Exception {
        var texts = new ArrayList<String>(arguments.size());
        for (int i = 0; i < arguments.size(); i++) {
            texts.add(text("argument " + (i + 1), arguments.get(i)));
        }
        return texts;
    }

    /* What is not NAME=value is no variable to anybody; what is not UTF-8 stays the wrapper's, by name. */
    private static Environment environment(List<Bytes> entries) {
        var variables = new LinkedHashMap<String, String>();
        var undecodable = new ArrayList<String>();
        for (Bytes entry : entries) {
            try {
                String text = text("environment", entry);
                int equals = text.indexOf('=');
                if (equals > 0) {
                    variables.putIfAbsent(text.substring(0, equals), text.substring(equals + 1));
                }
            } catch (NotUtf8Exception _) {
                // Replacement characters are good enough: the name is only ever shown.
                String text = entry.toUtf8();
                undecodable.add(text.substring(0, Math.max(0, text.indexOf('='))));
            }
        }
        return new Environment(variables, undecodable);
    }

    private static String text(String what, Bytes bytes) throws NotUtf8Exception {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.asByteBuffer()).toString();
        } catch (CharacterCodingException e) {
            throw new NotUtf8Exception(what + " is not UTF-8", e);
        }
    }
}
