package io.cachepot.client.wrapper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a wrapper was invoked with.
 *
 * @param hasStartedCoordinator whether this wrapper started the coordinator that it talks to
 * @param isMasquerade whether it was invoked under a compiler's name
 * @param umask of its process
 * @param isStderrTerminal whether its stderr is a terminal
 * @param self its own file
 * @param invokedAs argv[0]
 * @param cwd where it runs, as compilers name it
 * @param arguments after argv[0]
 * @param environment of its process; variables that are not UTF-8 are left out, for nothing that we
 *     look at is
 * @param isText whether all the rest is UTF-8; if not, the strings are damaged and only good for
 *     messages
 */
public record WrapperRequest(
        boolean hasStartedCoordinator,
        boolean isMasquerade,
        int umask,
        boolean isStderrTerminal,
        String self,
        String invokedAs,
        String cwd,
        List<String> arguments,
        Map<String, String> environment,
        boolean isText) {
    /** The version of the protocol that both ends speak. */
    static final int VERSION = 1;

    private static final int FLAG_STARTED = 1;
    private static final int FLAG_MASQUERADE = 2;
    private static final int KIND_TERMINAL = 1;
    private static final int UMASK_MAX = 0777;

    public WrapperRequest {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** The version comes first, so that a wrapper of another release can be told so. */
    static int versionOf(Frame frame) throws IOException {
        return new FrameReader(frame).unsignedShort();
    }

    /** Reads the payload of an {@code H} frame of our version. */
    static WrapperRequest from(Frame frame) throws IOException {
        var in = new FrameReader(frame);
        in.unsignedShort();
        int flags = in.word();
        int umask = in.word();
        if (umask < 0 || umask > UMASK_MAX) {
            throw new WrapperProtocolException("umask is " + umask + ", expected 0 to 0777");
        }
        in.unsignedByte();
        in.unsignedByte();
        int stderrKind = in.unsignedByte();
        var text = new Texts();
        String self = text.of(in.string());
        String invokedAs = text.of(in.string());
        String cwd = text.of(in.string());
        var arguments = new ArrayList<String>();
        for (byte[] argument : in.strings()) {
            arguments.add(text.of(argument));
        }
        boolean isText = text.isWhole;
        Map<String, String> environment = environment(in.strings());
        in.end();
        if (isText && !cwd.startsWith("/")) {
            throw new WrapperProtocolException("cwd is '" + cwd + "', expected an absolute path");
        }
        return new WrapperRequest(
                (flags & FLAG_STARTED) != 0,
                (flags & FLAG_MASQUERADE) != 0,
                umask,
                stderrKind == KIND_TERMINAL,
                self,
                invokedAs,
                cwd,
                arguments,
                environment,
                isText);
    }

    /** Of two variables with one name the first counts, as {@code getenv} has it. */
    private static Map<String, String> environment(List<byte[]> entries) {
        var environment = new HashMap<String, String>();
        for (byte[] entry : entries) {
            var text = new Texts();
            String variable = text.of(entry);
            int equals = variable.indexOf('=', 1);
            if (text.isWhole && equals > 0) {
                environment.putIfAbsent(
                        variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return environment;
    }

    /** Decodes strings and remembers whether all of them were UTF-8. */
    private static final class Texts {
        private boolean isWhole = true;

        String of(byte[] bytes) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException _) {
                isWhole = false;
                return new String(bytes, StandardCharsets.UTF_8);
            }
        }
    }
}
