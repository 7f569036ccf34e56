package io.cachepot.client.wrapper;

import io.cachepot.client.wrapper.RunReport.Outcome;
import io.cachepot.protocol.Bytes;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The coordinator's end of one invocation: reads the request, gives directives, takes reports. For
 * one thread at a time. Any {@link IOException} means that the wrapper is gone or not one of ours;
 * the connection is of no more use then.
 */
public final class WrapperConnection {
    /** Most bytes captured of one stream of one run. */
    private static final int CAPTURE_BYTES_MAX = 64 << 20;

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int EXITED = 0;
    private static final int SIGNALED = 1;

    private final DataInputStream in;
    private final OutputStream out;

    /** Neither stream is closed here. */
    public WrapperConnection(InputStream in, OutputStream out) {
        this.in = new DataInputStream(new BufferedInputStream(in, BUFFER_BYTES));
        this.out = out;
    }

    /** How a program is run. */
    public enum RunFlag {
        CAPTURE_STDOUT(1),
        CAPTURE_STDERR(2),
        /** What is captured is seen by the user as well. */
        FORWARD(4),
        /** This is the compile that the user asked for. */
        FINAL(8),
        STDIN_NULL(16);

        private final int bit;

        RunFlag(int bit) {
            this.bit = bit;
        }
    }

    /**
     * Reads the request; the wrapper's first word.
     *
     * @return empty when it was a wrapper of another release, which has been told so
     */
    public Optional<WrapperRequest> readRequest() throws IOException {
        Frame frame = Frame.read(in);
        if (frame.type() != 'H') {
            throw new WrapperProtocolException(
                    "first frame is '" + frame.type() + "', expected 'H'");
        }
        int version = WrapperRequest.versionOf(frame);
        if (version != WrapperRequest.VERSION) {
            refuse(version);
            return Optional.empty();
        }
        return Optional.of(WrapperRequest.from(frame));
    }

    private void refuse(int version) throws IOException {
        String message =
                "the wrapper speaks protocol version "
                        + version
                        + ", the coordinator "
                        + WrapperRequest.VERSION
                        + "; stop the old coordinator with 'cachepot --stop-coordinator'";
        Frame.write(
                out,
                'V',
                new FrameWriter()
                        .unsignedShort(WrapperRequest.VERSION)
                        .unsignedShort(WrapperRequest.VERSION)
                        .string(message)
                        .payload());
    }

    /**
     * Has a program run as the wrapper's child, and waits for its end.
     *
     * @param arguments argv, argv[0] included
     * @param environment changes: {@code NAME=value} sets, {@code NAME} unsets
     */
    public RunReport run(
            Set<RunFlag> flags, String path, List<String> arguments, List<String> environment)
            throws IOException {
        int bits = 0;
        for (RunFlag flag : flags) {
            bits |= flag.bit;
        }
        Frame.write(out, 'R', command(bits, path, arguments, environment));
        var stdout = new ByteArrayOutputStream();
        var stderr = new ByteArrayOutputStream();
        for (Frame frame = Frame.read(in); ; frame = Frame.read(in)) {
            switch (frame.type()) {
                case 'O' -> capture(stdout, frame);
                case 'E' -> capture(stderr, frame);
                case 'D' -> {
                    return report(frame, stdout, stderr);
                }
                default ->
                        throw new WrapperProtocolException(
                                "frame '" + frame.type() + "' during a run, expected O, E or D");
            }
        }
    }

    private static byte[] command(
            int flags, String path, List<String> arguments, List<String> environment)
            throws IOException {
        return new FrameWriter()
                .word(flags)
                .string(path)
                .strings(arguments)
                .strings(environment)
                .payload();
    }

    private static void capture(ByteArrayOutputStream captured, Frame frame) throws IOException {
        if (captured.size() + frame.payload().remaining() > CAPTURE_BYTES_MAX) {
            throw new WrapperProtocolException(
                    "a program printed more than " + CAPTURE_BYTES_MAX + " bytes");
        }
        captured.write(frame.payload().array());
    }

    private static RunReport report(
            Frame frame, ByteArrayOutputStream stdout, ByteArrayOutputStream stderr)
            throws IOException {
        var reader = new FrameReader(frame);
        int kind = reader.unsignedByte();
        int value = reader.word();
        long cpuMicros = reader.longWord() + reader.longWord();
        reader.longWord(); // the largest resident set, of no use yet
        long wallMicros = reader.longWord();
        reader.end();
        Outcome outcome =
                switch (kind) {
                    case EXITED -> new Outcome.Exited(value);
                    case SIGNALED -> new Outcome.Signaled(value);
                    case 2 -> new Outcome.NotStarted(value);
                    default ->
                            throw new WrapperProtocolException(
                                    "a run ended in way " + kind + ", expected 0 to 2");
                };
        return new RunReport(
                outcome,
                Bytes.of(stdout.toByteArray()),
                Bytes.of(stderr.toByteArray()),
                Duration.of(cpuMicros, TimeUnit.MICROSECONDS.toChronoUnit()),
                Duration.of(wallMicros, TimeUnit.MICROSECONDS.toChronoUnit()));
    }

    /** Flags of a question to a compiler: all is captured, nothing is seen. */
    public static Set<RunFlag> question() {
        return EnumSet.of(RunFlag.CAPTURE_STDOUT, RunFlag.CAPTURE_STDERR, RunFlag.STDIN_NULL);
    }

    /** Flags of the compile itself: all is captured and seen. */
    public static Set<RunFlag> compile() {
        return EnumSet.of(
                RunFlag.CAPTURE_STDOUT, RunFlag.CAPTURE_STDERR, RunFlag.FORWARD, RunFlag.FINAL);
    }

    public void writeStdout(Bytes bytes) throws IOException {
        write(STDOUT, bytes);
    }

    public void writeStderr(Bytes bytes) throws IOException {
        write(STDERR, bytes);
    }

    private void write(int stream, Bytes bytes) throws IOException {
        byte[] content = bytes.toByteArray();
        int step = Frame.PAYLOAD_BYTES_MAX / 2;
        for (int at = 0; at < content.length; at += step) {
            int length = Math.min(step, content.length - at);
            byte[] payload = new byte[length + 1];
            payload[0] = (byte) stream;
            System.arraycopy(content, at, payload, 1, length);
            Frame.write(out, 'W', payload);
        }
    }

    /** Ends the wrapper with an exit code. */
    public void exit(int code) throws IOException {
        end(EXITED, code);
    }

    /** Ends the wrapper by a signal. */
    public void die(int signal) throws IOException {
        end(SIGNALED, signal);
    }

    private void end(int kind, int value) throws IOException {
        Frame.write(out, 'Q', new FrameWriter().unsignedByte(kind).word(value).payload());
    }

    /** Makes the wrapper become the command that it was invoked with. */
    public void runItself() throws IOException {
        Frame.write(out, 'X', new byte[0]);
    }

    /**
     * Waits until the wrapper hangs up, for use while it has nothing to do.
     *
     * @throws WrapperProtocolException when it speaks instead
     */
    public void awaitHangUp() throws IOException {
        try {
            int type = in.read();
            if (type >= 0) {
                throw new WrapperProtocolException(
                        "wrapper sent '" + (char) type + "' without being asked");
            }
        } catch (EOFException _) {
            return;
        }
    }
}
