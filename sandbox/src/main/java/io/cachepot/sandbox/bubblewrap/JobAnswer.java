package io.cachepot.sandbox.bubblewrap;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cachepot.protocol.Bytes;
import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.SandboxReceiver;
import io.cachepot.sandbox.SandboxResult;
import io.cachepot.sandbox.SandboxResult.Ended;
import io.cachepot.sandbox.SandboxResult.Limit;
import io.cachepot.sandbox.SandboxResult.LimitExceeded;
import io.cachepot.sandbox.SandboxSpec;
import io.cachepot.sandbox.cgroup.JobCgroup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads what a sandbox host answers and hands it over. Its layout is in {@code helper/host.c}. */
final class JobAnswer {
    // How a job ended.
    private static final int EXITED = 0;
    private static final int SIGNALLED = 1;
    private static final int TOO_LONG = 2;
    private static final int TOO_MUCH = 3;

    private static final int SIGNAL_EXIT = 128;

    /** By SIGXFSZ, or by a shell that says so: it tried to write a file larger than it may. */
    private static final int EXIT_FILE_TOO_LARGE = SIGNAL_EXIT + 25;

    private final HostConnection connection;
    private final SandboxSpec spec;
    private final List<JobCgroup> slots;
    private final SandboxReceiver receiver;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    /** A slot's once it is known which one the job is in. */
    private JobBounds bounds;

    JobAnswer(
            HostConnection connection,
            SandboxSpec spec,
            JobBounds bounds,
            List<JobCgroup> slots,
            SandboxReceiver receiver) {
        this.connection = connection;
        this.spec = spec;
        this.bounds = bounds;
        this.slots = slots;
        this.receiver = receiver;
    }

    /** Empty when no slot was free. */
    Optional<SandboxResult> read() throws IOException, InterruptedException {
        while (true) {
            HostConnection.Frame frame = connection.frame();
            switch (frame.kind()) {
                case 'o' -> stdout.writeBytes(connection.bytes(frame.length()));
                case 'e' -> stderr.writeBytes(connection.bytes(frame.length()));
                case 'g' -> {
                    JobCgroup slot = slots.get(connection.u32());
                    bounds = JobBounds.inSlot(spec.limits(), slot);
                }
                case 'n' -> {
                    return Optional.empty();
                }
                case 'r' -> throw new SandboxException(text(frame));
                case 'b' -> throw new IOException("sandbox failed: " + text(frame));
                case 'x' -> {
                    return Optional.of(ended());
                }
                default -> throw unknown(frame);
            }
        }
    }

    private String text(HostConnection.Frame frame) throws IOException, InterruptedException {
        return InsidePath.clip(new String(connection.bytes(frame.length()), UTF_8));
    }

    private static IOException unknown(HostConnection.Frame frame) {
        return new IOException("the sandbox host sent a frame of kind " + (int) frame.kind());
    }

    private SandboxResult ended() throws IOException, InterruptedException {
        int how = connection.u32();
        int code = connection.u32();
        Duration wallTime = Duration.ofNanos(connection.u64() * 1_000);
        connection.u64(); // processor time
        long memoryPeakBytes = connection.u64() << 10;
        return switch (how) {
            case EXITED -> exited(new Ended(code, wallTime, memoryPeakBytes));
            case SIGNALLED -> exited(new Ended(SIGNAL_EXIT + code, wallTime, memoryPeakBytes));
            case TOO_LONG ->
                    new LimitExceeded(
                            Limit.WALL_TIME, "it ran for longer than " + spec.limits().wallTime());
            case TOO_MUCH ->
                    new LimitExceeded(
                            Limit.STDIO_BYTES,
                            "stdout or stderr has more than "
                                    + spec.limits().stdioBytesMax()
                                    + " bytes");
            default -> throw new IOException("the sandbox host says that the job ended by " + how);
        };
    }

    private SandboxResult exited(Ended ended) throws IOException, InterruptedException {
        Bytes said = Bytes.of(stderr.toByteArray());
        Optional<LimitExceeded> exceeded =
                bounds.exceeded(ended.exitCode(), ended.memoryPeakBytes(), said);
        if (exceeded.isPresent()) {
            return exceeded.get();
        }
        return ended.exitCode() == EXIT_FILE_TOO_LARGE ? tooLarge("a file") : handOver(ended, said);
    }

    /** The host looks at the size of all outputs before it sends the first. */
    private SandboxResult handOver(Ended ended, Bytes said)
            throws IOException, InterruptedException {
        HostConnection.Frame frame = connection.frame();
        if (frame.kind() == 'l') {
            return tooLarge(spec.outputs().get(connection.u32()));
        }
        receiver.stdout(Bytes.of(stdout.toByteArray()));
        receiver.stderr(said);
        while (frame.kind() == 'f') {
            output();
            frame = connection.frame();
        }
        if (frame.kind() != '.') {
            throw unknown(frame);
        }
        return ended;
    }

    private LimitExceeded tooLarge(String what) {
        return new LimitExceeded(
                Limit.OUTPUT_BYTES,
                what + " has more than " + spec.limits().outputBytesMax() + " bytes");
    }

    private void output() throws IOException, InterruptedException {
        long size = connection.u64();
        String path = spec.outputs().get(connection.u32());
        boolean isExecutable = connection.u32() != 0;
        try (var content = new Content(size)) {
            receiver.output(path, size, isExecutable, content);
            content.skipRest();
        } catch (InterruptedIOException e) {
            var interrupted = new InterruptedException("interrupted while outputs were read");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /** One output's bytes. */
    private final class Content extends InputStream {
        private long left;

        Content(long left) {
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            if (left == 0) {
                return count == 0 ? 0 : -1;
            }
            try {
                int taken = connection.read(bytes, offset, (int) Math.min(count, left));
                left -= taken;
                return taken;
            } catch (InterruptedException e) {
                var interrupted = new InterruptedIOException(e.getMessage());
                interrupted.initCause(e);
                throw interrupted;
            }
        }

        void skipRest() throws IOException {
            byte[] dropped = new byte[1 << 14];
            int count;
            do {
                count = read(dropped, 0, dropped.length);
            } while (count > 0);
        }
    }
}
