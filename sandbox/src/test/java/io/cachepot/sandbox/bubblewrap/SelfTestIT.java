package io.cachepot.sandbox.bubblewrap;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.protocol.Bytes;
import io.cachepot.sandbox.Sandbox;
import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.SandboxReceiver;
import io.cachepot.sandbox.SandboxReport;
import io.cachepot.sandbox.SandboxResult;
import io.cachepot.sandbox.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The attempts of the start work where nothing is closed off: else they would prove nothing. */
class SelfTestIT {
    @TempDir private Path toolchain;

    @BeforeEach
    void makeToolchain() throws IOException {
        Files.copy(
                Path.of("target/helper/cachepot-sandbox-host").toAbsolutePath(),
                toolchain.resolve("host"));
    }

    @Test
    void saysHowAJobGotOut() {
        var test = new SelfTest(new Open(), toolchain);
        assertThatThrownBy(() -> test.run(true))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("not closed off")
                .hasMessageContaining("it sees the machine's /etc/passwd")
                .hasMessageContaining("it reaches the machine's loopback")
                .hasMessageContaining("it is in a process group with others");
    }

    @Test
    void saysWhatIsNotBounded() {
        var test = new SelfTest(new Unbounded(), toolchain);
        assertThatThrownBy(() -> test.run(true))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("not bounded")
                .hasMessageContaining("MEMORY");
    }

    /** Runs jobs as they are. */
    private static class Open implements Sandbox {
        @Override
        public SandboxResult run(SandboxSpec spec, SandboxReceiver receiver)
                throws IOException, InterruptedException {
            List<String> arguments = spec.arguments().subList(1, spec.arguments().size());
            var command = new ArrayList<String>();
            command.add(spec.toolchainRoot() + spec.executable());
            command.addAll(arguments);
            Process process = new ProcessBuilder(command).start();
            receiver.stdout(Bytes.of(process.getInputStream().readAllBytes()));
            return new SandboxResult.Ended(process.waitFor(), Duration.ZERO, 0);
        }

        @Override
        public SandboxReport report() {
            return new SandboxReport("open", List.of(), List.of());
        }

        @Override
        public void close() {}
    }

    /** Says of each that it ended well. */
    private static final class Unbounded extends Open {
        @Override
        public SandboxResult run(SandboxSpec spec, SandboxReceiver receiver) {
            return new SandboxResult.Ended(0, Duration.ZERO, 0);
        }
    }
}
