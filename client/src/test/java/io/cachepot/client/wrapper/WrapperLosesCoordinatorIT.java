package io.cachepot.client.wrapper;

import static io.cachepot.client.wrapper.FakeCoordinator.CAPTURE_STDERR;
import static io.cachepot.client.wrapper.FakeCoordinator.CAPTURE_STDOUT;
import static io.cachepot.client.wrapper.FakeCoordinator.FINAL;
import static io.cachepot.client.wrapper.FakeCoordinator.FORWARD;
import static io.cachepot.client.wrapper.FakeCoordinator.command;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.wrapper.FakeCoordinator.Conversation;
import io.cachepot.client.wrapper.FakeCoordinator.Script;
import io.cachepot.client.wrapper.WrapperCall.Result;
import io.cachepot.protocol.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The coordinator dies, or goes mad, at every step. The compile is always done, once, with the
 * right result.
 */
@ParameterizedClass
@EnumSource(WrapperBinary.class)
class WrapperLosesCoordinatorIT {
    private static final String LOST =
            "cachepot: warning: The coordinator looks like it shut down unexpectedly, compiling locally instead\n";
    private static final int CAPTURE = CAPTURE_STDOUT | CAPTURE_STDERR;

    private final WrapperBinary binary;
    private final Path directory;
    private final FakeCompiler compiler;

    WrapperLosesCoordinatorIT(WrapperBinary binary, @TempDir Path directory) throws IOException {
        this.binary = binary;
        this.directory = directory;
        this.compiler = FakeCompiler.in(directory);
    }

    /** What a coordinator does before anything final was run. */
    static Stream<Named<Script>> mishaps() {
        return Stream.of(
                mishap("hangs up at once", _ -> {}),
                mishap("hangs up within the request", Conversation::readOneByte),
                mishap("hangs up after the request", Conversation::readRequest),
                mishap("hangs up in a header", after('R', 0, 0)),
                mishap("hangs up in a run", after('R', 0, 0, 0, 9, 1)),
                mishap("hangs up in an exit", after('Q', 0, 0, 0, 5, 0)),
                mishap(
                        "hangs up after a question",
                        conversation -> {
                            conversation.readRequest();
                            conversation.run(CAPTURE, "/bin/echo", "13.2");
                            conversation.untilDone();
                        }),
                mishap(
                        "hangs up during a question",
                        conversation -> {
                            conversation.readRequest();
                            conversation.run(CAPTURE, "/bin/sh", "-c", "echo begun; sleep 60");
                            conversation.read();
                        }),
                mishap(
                        "hangs up after a final run that could not start",
                        conversation -> {
                            conversation.readRequest();
                            conversation.run(FINAL, "/not/there");
                            conversation.untilDone();
                        }));
    }

    private static Named<Script> mishap(String name, Script script) {
        return Named.of(name, script);
    }

    private static Script after(int... bytes) {
        return conversation -> {
            conversation.readRequest();
            conversation.raw(bytes(bytes));
        };
    }

    private static byte[] bytes(int... numbers) {
        byte[] bytes = new byte[numbers.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) numbers[i];
        }
        return bytes;
    }

    /** Frames that no coordinator sends. */
    static Stream<Named<Bytes>> nonsense() throws IOException {
        return Stream.of(
                frame("of an unknown type", 'z'),
                frame("of the other side", 'D', new byte[37]),
                frame("write without stream", 'W'),
                frame("write to stream 3", 'W', bytes(3, 'x')),
                frame("short exit", 'Q', new byte[4]),
                frame("long exit", 'Q', new byte[6]),
                frame("exit code 256", 'Q', bytes(0, 0, 0, 1, 0)),
                frame("signal 0", 'Q', bytes(1, 0, 0, 0, 0)),
                frame("exit of a third kind", 'Q', bytes(2, 0, 0, 0, 0)),
                frame("empty run", 'R'),
                frame("run with an unknown flag", 'R', run(32, "/bin/true", "true")),
                frame("run without a path", 'R', run(0, "", "true")),
                frame("run without arguments", 'R', run(0, "/bin/true")),
                frame("run with NUL", 'R', run(0, "/bin/true", "a\0b")),
                frame("run with more", 'R', more(run(0, "/bin/true", "a"))),
                frame(
                        "run with a huge count",
                        'R',
                        bytes(0, 0, 0, 0, 0, 0, 0, 1, 'x', -1, -1, -1, -1)),
                frame("run with a huge string", 'R', bytes(0, 0, 0, 0, -1, -1, -1, -1)),
                frame("exec with flags", 'X', run(1, "/bin/true", "true")),
                frame("short refusal", 'V', bytes(0, 1, 0)));
    }

    private static Named<Bytes> frame(String name, char type, byte... payload) {
        return Named.of(name, Bytes.of(FakeCoordinator.frame(type, payload)));
    }

    private static byte[] run(int flags, String path, String... arguments) throws IOException {
        return command(flags, path, List.of(arguments), List.of());
    }

    private static byte[] more(byte[] payload) {
        return ByteBuffer.allocate(payload.length + 1).put(payload).array();
    }

    private Result serve(Script script, String... arguments)
            throws IOException, InterruptedException {
        try (var coordinator = FakeCoordinator.start(directory, script)) {
            return WrapperCall.of(directory, binary, compiler.path())
                    .with(arguments)
                    .coordinator(coordinator)
                    .run();
        }
    }

    private void assertCompiledOnce(Result result, String stderr) throws IOException {
        assertThat(result).isEqualTo(new Result(FakeCompiler.EXIT_CODE, "out\n", stderr));
        assertThat(compiler.runs()).isEqualTo(1);
        assertThat(compiler.hasMadeObject()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("mishaps")
    void compilesByItselfWhenTheCoordinator(Script mishap) throws Exception {
        // When
        Result result = serve(mishap);

        // Then
        assertCompiledOnce(result, LOST + "warning\n");
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void compilesByItselfAfter(Bytes nonsense) throws Exception {
        // When
        Result result =
                serve(conversation -> {
                    conversation.readRequest();
                    conversation.raw(nonsense.toByteArray());
                    assertThat(conversation.isAtEnd()).isTrue();
                });

        // Then
        assertCompiledOnce(
                result,
                "cachepot: warning: The coordinator sent a malformed message (type 0x%02x), compiling locally instead\n"
                                .formatted(nonsense.asByteBuffer().get())
                        + "warning\n");
    }

    @Test
    void compilesByItselfAfterAnOversizedFrame() throws Exception {
        // When
        Result result =
                serve(conversation -> {
                    conversation.readRequest();
                    conversation.raw(new byte[] {'W', 2, 0, 0, 1});
                    assertThat(conversation.isAtEnd()).isTrue();
                });

        // Then
        assertCompiledOnce(
                result,
                "cachepot: warning: The coordinator announced a message of 33554433 bytes, at most 33554432 are allowed,"
                        + " compiling locally instead\nwarning\n");
    }

    @Test
    void saysWhatARefusingCoordinatorSays() throws Exception {
        // Given
        byte[] message = "Stop the old coordinator".getBytes(StandardCharsets.UTF_8);
        byte[] payload =
                ByteBuffer.allocate(8 + message.length)
                        .putShort((short) 2)
                        .putShort((short) 3)
                        .putInt(message.length)
                        .put(message)
                        .array();

        // When
        Result result =
                serve(conversation -> {
                    conversation.readRequest();
                    conversation.send('V', payload);
                });

        // Then
        assertCompiledOnce(
                result,
                "cachepot: warning: Stop the old coordinator, compiling locally instead\nwarning\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {FINAL, FINAL | CAPTURE, FINAL | CAPTURE | FORWARD, FINAL | CAPTURE_STDERR})
    void keepsTheResultOfAFinalRunWhenTheCoordinatorDiesBeforeItsReport(int flags)
            throws Exception {
        // When
        Result result =
                serve(conversation -> {
                    conversation.readRequest();
                    conversation.run(flags, compiler.path());
                });

        // Then
        assertCompiledOnce(result, "warning\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {FINAL | CAPTURE, FINAL | CAPTURE | FORWARD})
    void keepsTheResultOfAFinalRunWhenTheCoordinatorDiesInTheMiddleOfIt(int flags)
            throws Exception {
        // When
        Result result =
                serve(
                        conversation -> {
                            conversation.readRequest();
                            conversation.run(flags, compiler.path(), "wait");
                            assertThat(conversation.read().text()).isEqualTo("begin\n");
                            conversation.hangUp();
                            compiler.go();
                        },
                        "wait");

        // Then
        assertThat(result).isEqualTo(new Result(3, "begin\nout\n", "warning\n"));
        assertThat(compiler.runs()).isEqualTo(1);
        assertThat(compiler.hasMadeObject()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {FINAL, FINAL | CAPTURE, FINAL | CAPTURE | FORWARD})
    void keepsTheResultOfAFinalRunWhenTheCoordinatorDiesAfterItsReport(int flags) throws Exception {
        // When
        Result result =
                serve(conversation -> {
                    conversation.readRequest();
                    conversation.run(flags, compiler.path());
                    conversation.untilDone();
                });

        // Then
        assertCompiledOnce(result, "warning\n");
    }

    @Test
    void writesOnlyTheRestWhenTheCoordinatorDiesBetweenTheWritesOfAFinalRun() throws Exception {
        // When
        Result result =
                serve(conversation -> {
                    conversation.readRequest();
                    conversation.run(FINAL | CAPTURE, compiler.path());
                    conversation.untilDone();
                    conversation.write(1, "out\n");
                    conversation.raw(new byte[] {'W', 0, 0, 0, 9, 2, 'w', 'a', 'r', 'n'});
                });

        // Then
        assertCompiledOnce(result, "warning\n");
    }

    @Test
    void keepsTheFinalResultWhenTheCoordinatorDiesInALaterQuestion() throws Exception {
        // When
        Result result =
                serve(conversation -> {
                    conversation.readRequest();
                    conversation.run(FINAL | CAPTURE | FORWARD, compiler.path());
                    conversation.untilDone();
                    conversation.run(CAPTURE, "/bin/sh", "-c", "echo begun; sleep 60");
                    conversation.read();
                });

        // Then
        assertCompiledOnce(result, "warning\n");
    }

    @Test
    void diesOfTheSignalOfAFinalRun() throws Exception {
        // When
        Result result =
                serve(conversation -> {
                    conversation.readRequest();
                    conversation.run(FINAL, "/bin/sh", "-c", "kill -ABRT $$");
                    conversation.untilDone();
                });

        // Then
        assertThat(result).isEqualTo(new Result(128 + 6, "", ""));
        assertThat(compiler.runs()).isZero();
    }

    @Test
    void doesWithoutTheCoordinatorWhenAFinalRunPrintsMoreThanCanBeHeldBack() throws Exception {
        // Given
        long bytes = 70_000_000;
        Path out = directory.resolve("out");
        Script script =
                conversation -> {
                    conversation.readRequest();
                    conversation.run(
                            FINAL | CAPTURE,
                            "/bin/sh",
                            "-c",
                            "yes | head -c " + bytes + "; exit 5");
                    try {
                        conversation.untilDone();
                    } catch (EOFException _) {
                        // This is what is expected; had the wrapper gone on, the exit code would be
                        // 0.
                        return;
                    }
                    conversation.end(0, 0);
                };
        Result result;

        // When
        try (var coordinator = FakeCoordinator.start(directory, script)) {
            result =
                    WrapperCall.of(directory, "sh", "-c", "\"$0\" gcc > out")
                            .with(binary.path().toString())
                            .coordinator(coordinator)
                            .run();
        }

        // Then
        assertThat(result).isEqualTo(new Result(5, "", ""));
        assertThat(Files.size(out)).isEqualTo(bytes);
    }

    @Test
    void survivesRandomBytes() throws Exception {
        // Given
        long seed = 20_260_101;
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
        byte[] types = {'R', 'X', 'W', 'Q', 'V', 'z'};

        for (int round = 0; round < 60; round++) {
            byte[] payload = new byte[random.nextInt(64)];
            random.nextBytes(payload);
            // Small numbers get further into a decoder than random ones.
            for (int i = 0; i < payload.length; i++) {
                payload[i] = random.nextInt(3) == 0 ? payload[i] : (byte) random.nextInt(3);
            }
            byte type = types[random.nextInt(types.length)];
            byte[] frame = FakeCoordinator.frame((char) type, payload);

            // When
            Result result =
                    serve(conversation -> {
                        conversation.readRequest();
                        conversation.raw(frame);
                    });

            // Then
            boolean isExit =
                    (type == 'Q' && payload.length == 5) || (type == 'X' && payload.length == 0);
            if (!isExit) {
                assertThat(result.exitCode())
                        .as("seed %d round %d stderr %s", seed, round, result.stderr())
                        .isEqualTo(FakeCompiler.EXIT_CODE);
            }
            assertThat(result.stderr()).doesNotContain("Sanitizer").doesNotContain("runtime error");
        }
    }
}
