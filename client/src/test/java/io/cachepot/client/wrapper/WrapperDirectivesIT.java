package io.cachepot.client.wrapper;

import static io.cachepot.client.wrapper.FakeCoordinator.CAPTURE_STDERR;
import static io.cachepot.client.wrapper.FakeCoordinator.CAPTURE_STDOUT;
import static io.cachepot.client.wrapper.FakeCoordinator.FINAL;
import static io.cachepot.client.wrapper.FakeCoordinator.FORWARD;
import static io.cachepot.client.wrapper.FakeCoordinator.STDIN_NULL;
import static io.cachepot.client.wrapper.FakeCoordinator.captured;
import static io.cachepot.client.wrapper.FakeCoordinator.command;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.wrapper.FakeCoordinator.Received;
import io.cachepot.client.wrapper.FakeCoordinator.Script;
import io.cachepot.client.wrapper.WrapperCall.Result;
import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Each thing a coordinator can say, said to the real program. */
@ParameterizedClass
@EnumSource(WrapperBinary.class)
class WrapperDirectivesIT {
    private final WrapperBinary binary;
    private final Path directory;
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();

    WrapperDirectivesIT(WrapperBinary binary, @TempDir Path directory) {
        this.binary = binary;
        this.directory = directory;
    }

    private Result serve(Script script, String... arguments)
            throws IOException, InterruptedException {
        try (var coordinator = FakeCoordinator.start(directory, script)) {
            return WrapperCall.of(directory, binary, arguments)
                    .coordinator(coordinator)
                    .stdin("typed\n")
                    .run();
        }
    }

    /** Runs one command, keeps what it sends, and lets it exit with 0. */
    private Script running(int flags, String... command) {
        return conversation -> {
            conversation.readRequest();
            conversation.run(flags, command);
            received.addAll(conversation.untilDone());
            conversation.end(0, 0);
        };
    }

    @Test
    void writesBothStreamsAndExits() throws Exception {
        // When
        Result result =
                serve(
                        conversation -> {
                            conversation.readRequest();
                            conversation.write(1, "one");
                            conversation.write(2, "two");
                            conversation.write(1, "");
                            conversation.end(0, 37);
                        },
                        "gcc",
                        "-c",
                        "x.c");

        // Then
        assertThat(result).isEqualTo(new Result(37, "one", "two"));
    }

    @Test
    void diesOfASignalWithoutCore() throws Exception {
        // Given
        Script script =
                conversation -> {
                    conversation.readRequest();
                    conversation.end(1, 11);
                };
        Result result;

        // When
        try (var coordinator = FakeCoordinator.start(directory, script)) {
            result =
                    WrapperCall.of(
                                    directory,
                                    "perl",
                                    "-e",
                                    "system @ARGV; printf '%d %d %d', $? >> 8, $? & 127, $? & 128")
                            .with(binary.path().toString(), "gcc")
                            .coordinator(coordinator)
                            .run();
        }

        // Then
        assertThat(result.stdout()).isEqualTo("0 11 0");
    }

    @Test
    void becomesTheCommandItWasCalledWith() throws Exception {
        // When
        Result result =
                serve(
                        conversation -> {
                            conversation.readRequest();
                            conversation.send('X');
                        },
                        "sh",
                        "-c",
                        "cat; echo \"$0 $*\" >&2; exit 5",
                        "a b",
                        "");

        // Then
        assertThat(result).isEqualTo(new Result(5, "typed\n", "a b \n"));
    }

    @Test
    void becomesAnotherCommandInAChangedEnvironment() throws Exception {
        // When
        Result result =
                serve(
                        conversation -> {
                            conversation.readRequest();
                            conversation.send(
                                    'X',
                                    command(
                                            0,
                                            "/bin/sh",
                                            List.of("zero", "-c", "echo $0 $NEW ${LC_ALL-none}"),
                                            List.of("NEW=first", "LC_ALL", "NEW=second=x")));
                        },
                        "gcc");

        // Then
        assertThat(result).isEqualTo(new Result(0, "zero second=x none\n", ""));
    }

    @Test
    void compilesByItselfWhenTheCommandToBecomeIsNotThere() throws Exception {
        // When
        Result result =
                serve(
                        conversation -> {
                            conversation.readRequest();
                            conversation.send(
                                    'X', command(0, "/not/there", List.of("x"), List.of()));
                        },
                        "echo",
                        "local");

        // Then
        assertThat(result.stdout()).isEqualTo("local\n");
        assertThat(result.stderr())
                .isEqualTo(
                        "cachepot: warning: The coordinator named '/not/there', which cannot be run, compiling locally"
                                + " instead\n");
    }

    @Test
    void capturesBothStreamsAndReportsTheExitCode() throws Exception {
        // When
        Result result =
                serve(
                        running(
                                CAPTURE_STDOUT | CAPTURE_STDERR,
                                "/bin/sh",
                                "-c",
                                "echo out; echo err >&2; exit 3"),
                        "gcc");

        // Then
        assertThat(result).isEqualTo(new Result(0, "", ""));
        assertThat(captured('O', List.copyOf(received))).isEqualTo("out\n");
        assertThat(captured('E', List.copyOf(received))).isEqualTo("err\n");
        assertThat(List.copyOf(received).getLast().outcome()).isEqualTo("0 3");
    }

    @Test
    void inheritsWhatIsNotCaptured() throws Exception {
        // When
        Result result = serve(running(CAPTURE_STDOUT, "/bin/sh", "-c", "cat; echo err >&2"), "gcc");

        // Then
        assertThat(result).isEqualTo(new Result(0, "", "err\n"));
        assertThat(captured('O', List.copyOf(received))).isEqualTo("typed\n");
    }

    @Test
    void givesNoStdinWhenToldSo() throws Exception {
        // When
        Result result = serve(running(STDIN_NULL, "/bin/cat"), "gcc");

        // Then
        assertThat(result).isEqualTo(new Result(0, "", ""));
    }

    @Test
    void forwardsWhatItCaptures() throws Exception {
        // When
        Result result =
                serve(
                        running(
                                CAPTURE_STDOUT | CAPTURE_STDERR | FORWARD | FINAL,
                                "/bin/sh",
                                "-c",
                                "echo out; echo err >&2"),
                        "gcc");

        // Then
        assertThat(result).isEqualTo(new Result(0, "out\n", "err\n"));
        assertThat(captured('O', List.copyOf(received))).isEqualTo("out\n");
        assertThat(captured('E', List.copyOf(received))).isEqualTo("err\n");
    }

    @Test
    void capturesMegabytesWithoutLosingAByte() throws Exception {
        // When
        Result result =
                serve(
                        running(
                                CAPTURE_STDOUT | CAPTURE_STDERR | FORWARD,
                                "/bin/sh",
                                "-c",
                                "seq 300000 & seq 200000 >&2; wait"),
                        "gcc");

        // Then
        assertThat(captured('O', List.copyOf(received))).isEqualTo(result.stdout());
        assertThat(captured('E', List.copyOf(received))).isEqualTo(result.stderr());
        assertThat(result.stdout()).hasLineCount(300_000).endsWith("\n300000\n");
        assertThat(result.stderr()).hasLineCount(200_000).endsWith("\n200000\n");
    }

    @Test
    void reportsTheSignalThatKilledAChild() throws Exception {
        // When
        serve(running(0, "/bin/sh", "-c", "kill -SEGV $$"), "gcc");

        // Then
        assertThat(received.element().outcome()).isEqualTo("1 11");
    }

    @Test
    void reportsWhyAChildCouldNotStart() throws Exception {
        // When
        serve(running(CAPTURE_STDOUT, "/not/there", "x"), "gcc");

        // Then
        assertThat(received.element().outcome()).isEqualTo("2 2");
    }

    @Test
    void runsAScriptWithoutInterpreterAsAShellWould() throws Exception {
        // Given
        Path script = Files.writeString(directory.resolve("script"), "echo script $1\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();

        // When
        serve(running(CAPTURE_STDOUT, script.toString(), "x"), "gcc");

        // Then
        assertThat(captured('O', List.copyOf(received))).isEqualTo("script x\n");
    }

    @Test
    void runsOneCommandAfterTheOther() throws Exception {
        // Given
        int rounds = 20;

        // When
        Result result =
                serve(
                        conversation -> {
                            conversation.readRequest();
                            for (int i = 0; i < rounds; i++) {
                                conversation.run(CAPTURE_STDOUT, "/bin/echo", "round " + i);
                                received.addAll(conversation.untilDone());
                            }
                            conversation.end(0, 4);
                        },
                        "gcc");

        // Then
        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(captured('O', List.copyOf(received)))
                .hasLineCount(rounds)
                .endsWith("round 19\n");
    }

    @Test
    void doesNotWaitForADaemonThatKeptThePipe() throws Exception {
        // When
        serve(running(CAPTURE_STDOUT, "/bin/sh", "-c", "sleep 60 & echo $!"), "gcc");

        // Then
        String daemon = captured('O', List.copyOf(received)).strip();
        assertThat(received.stream().map(Received::type)).endsWith('D');
        ProcessHandle.of(Long.parseLong(daemon)).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void goesOnWhenNobodyReadsItsOutput() throws Exception {
        // Given
        var script =
                running(CAPTURE_STDOUT | FORWARD | FINAL, "/bin/sh", "-c", "seq 100000; exit 9");
        Result result;

        // When
        try (var coordinator = FakeCoordinator.start(directory, script)) {
            result =
                    WrapperCall.of(
                                    directory,
                                    "bash",
                                    "-c",
                                    "\"$0\" gcc | true; echo ${PIPESTATUS[0]}")
                            .with(binary.path().toString())
                            .coordinator(coordinator)
                            .run();
        }

        // Then
        assertThat(result.stdout()).isEqualTo("0\n");
        assertThat(captured('O', List.copyOf(received))).hasLineCount(100_000);
        assertThat(List.copyOf(received).getLast().outcome()).isEqualTo("0 9");
    }

    @Test
    void waitsForAStdoutThatDoesNotBlock() throws Exception {
        // Given: a pipe that its other user has made non-blocking, and a reader that comes late
        String late =
                "use Fcntl; pipe(R, W); fcntl(W, F_SETFL, O_NONBLOCK);"
                        + " if (!fork) { close R; open(STDOUT, '>&', W); exec @ARGV }"
                        + " close W; select(undef, undef, undef, 0.1); my $n = 0; while (<R>) { $n++ }"
                        + " wait; print \"$n $?\"";
        Script script =
                conversation -> {
                    conversation.readRequest();
                    conversation.run(CAPTURE_STDOUT | FORWARD, "/usr/bin/seq", "100000");
                    conversation.untilDone();
                    conversation.write(1, "line\n".repeat(100_000));
                    conversation.end(0, 0);
                };
        Result result;

        // When
        try (var coordinator = FakeCoordinator.start(directory, script)) {
            result =
                    WrapperCall.of(directory, "perl", "-e", late)
                            .with(binary.path().toString(), "gcc")
                            .coordinator(coordinator)
                            .run();
        }

        // Then
        assertThat(result.stdout()).isEqualTo("200000 0");
    }

    @Test
    void worksWithEveryDescriptorClosed() throws Exception {
        // Given
        Script script =
                conversation -> {
                    Bytes request = conversation.readRequest();
                    conversation.write(1, "lost");
                    conversation.run(
                            CAPTURE_STDOUT, "/bin/sh", "-c", "ls /proc/self/fd | tr '\\n' ' '");
                    received.addAll(conversation.untilDone());
                    var decoded = (WrapperRequest) RequestCodec.decode(request);
                    boolean isRight =
                            decoded.descriptors()
                                    .equals(
                                            List.of(
                                                    DescriptorKind.CLOSED,
                                                    DescriptorKind.CLOSED,
                                                    DescriptorKind.CLOSED));
                    conversation.end(0, isRight ? 7 : 8);
                };
        Result result;

        // When
        try (var coordinator = FakeCoordinator.start(directory, script)) {
            result =
                    WrapperCall.of(directory, "sh", "-c", "\"$0\" gcc <&- >&- 2>&-")
                            .with(binary.path().toString())
                            .coordinator(coordinator)
                            .run();
        }

        // Then
        assertThat(result).isEqualTo(new Result(7, "", ""));
        // ls has its pipe, and one for the directory in the first free place; nothing of the
        // wrapper's came along.
        assertThat(captured('O', List.copyOf(received))).isEqualTo("0 1 ");
    }

    @Test
    void tellsTheCoordinatorEverythingAboutTheCall() throws Exception {
        // Given
        var requests = new ArrayList<Bytes>();
        Script script =
                conversation -> {
                    requests.add(conversation.readRequest());
                    conversation.end(0, 0);
                };
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);

        // When
        try (var coordinator = FakeCoordinator.start(directory, script)) {
            WrapperCall.of(
                            directory,
                            "sh",
                            "-c",
                            "umask 027; cd link; \"$0\" gcc 'a b' '' < /dev/null | cat")
                    .with(binary.path().toString())
                    .coordinator(coordinator)
                    .set("ODD", "1=2")
                    .run();
        }

        // Then
        var request = (WrapperRequest) RequestCodec.decode(requests.getFirst());
        assertThat(request.startedCoordinator()).isFalse();
        assertThat(request.masquerade()).isFalse();
        assertThat(request.umask()).isEqualTo(027);
        assertThat(request.descriptors())
                .containsExactly(
                        DescriptorKind.NULL_DEVICE,
                        DescriptorKind.PIPE,
                        DescriptorKind.REGULAR_FILE);
        assertThat(Path.of(request.self())).isEqualTo(binary.path().toRealPath());
        assertThat(request.invokedAs()).isEqualTo(binary.path().toString());
        assertThat(request.cwd()).isEqualTo(link.toString());
        assertThat(request.arguments()).containsExactly("gcc", "a b", "");
        assertThat(request.environment()).containsEntry("ODD", "1=2");
    }

    @Test
    void sendsTheRealDirectoryWhenPwdIsNotTrue() throws Exception {
        // Given
        var requests = new ArrayList<Bytes>();
        Script script =
                conversation -> {
                    requests.add(conversation.readRequest());
                    conversation.end(0, 0);
                };

        // When
        try (var coordinator = FakeCoordinator.start(directory, script)) {
            WrapperCall.of(directory, binary, "gcc")
                    .coordinator(coordinator)
                    .set("PWD", "/usr")
                    .run();
        }

        // Then
        var request = (WrapperRequest) RequestCodec.decode(requests.getFirst());
        assertThat(request.cwd()).isEqualTo(directory.toRealPath().toString());
    }

    @Test
    void carriesTwoMegabytesOfCommandLineAndEnvironment() throws Exception {
        // Given: 1.2 MB of arguments and 0.6 MB of environment, below what a stack of 8 MiB allows
        String hundredKilobytes = "x".repeat(100_000);
        Script script =
                conversation -> {
                    var request = (WrapperRequest) RequestCodec.decode(conversation.readRequest());
                    conversation.send(
                            'R',
                            command(
                                    CAPTURE_STDOUT,
                                    "/bin/sh",
                                    join(
                                            List.of("sh", "-c", "echo $# ${#E0} ${#NEW}", "zero"),
                                            request.arguments()),
                                    List.of("NEW=" + "y".repeat(120_000))));
                    received.addAll(conversation.untilDone());
                    conversation.end(0, 0);
                };
        String[] arguments = new String[12];
        java.util.Arrays.fill(arguments, hundredKilobytes);
        Result result;

        // When
        try (var coordinator = FakeCoordinator.start(directory, script)) {
            var call = WrapperCall.of(directory, binary, arguments).coordinator(coordinator);
            for (int i = 0; i < 5; i++) {
                call.set("E" + i, "z".repeat(120_000));
            }
            result = call.run();
        }

        // Then
        assertThat(result).isEqualTo(new Result(0, "", ""));
        assertThat(captured('O', List.copyOf(received))).isEqualTo("12 120000 120000\n");
    }

    private static List<String> join(List<String> first, List<String> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
