package io.cachepot.node;

import io.cachepot.config.SchedulerConfig;
import io.cachepot.config.WorkerAuth;
import io.cachepot.config.source.ConfigLoader;
import io.cachepot.config.source.Platform;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.auth.Secrets;
import io.cachepot.protocol.auth.WorkerToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes keys and tokens, each printed on a line of its own and kept nowhere; and certificates. */
@Command(
        name = "auth",
        description = "Make keys, tokens and certificates.",
        mixinStandardHelpOptions = true,
        subcommands = {
            AuthCommand.SharedToken.class,
            AuthCommand.Key.class,
            AuthCommand.ForWorker.class,
            ClusterCommands.InitCluster.class,
            ClusterCommands.IssueNode.class,
            ClusterCommands.NodeSerial.class
        })
final class AuthCommand {
    private AuthCommand() {}

    @Command(
            name = "generate-shared-token",
            description = "Print a random token that clients, or workers, share.",
            mixinStandardHelpOptions = true)
    static final class SharedToken implements Runnable {
        private static final int BITS_MIN = 64;
        private static final int BITS_MAX = 4096;

        @Option(
                names = "--bits",
                defaultValue = "256",
                description = "Its strength: a multiple of 8 from 64 to 4096 (default 256).")
        private int bits;

        @Spec private @Nullable CommandSpec spec;

        @Override
        public void run() {
            if (bits % 8 != 0 || bits < BITS_MIN || bits > BITS_MAX) {
                throw new IllegalArgumentException(
                        "--bits is " + bits + ", expected a multiple of 8 from 64 to 4096");
            }
            print(spec, Secrets.random(new SecureRandom(), bits));
        }
    }

    @Command(
            name = "generate-jwt-hs256-key",
            description = "Print a key for worker_auth type jwt_hs256.",
            mixinStandardHelpOptions = true)
    static final class Key implements Runnable {
        @Spec private @Nullable CommandSpec spec;

        @Override
        public void run() {
            print(spec, Secrets.random(new SecureRandom(), WorkerAuth.JwtHs256.KEY_BYTES * 8));
        }
    }

    @Command(
            name = "generate-jwt-hs256-worker-token",
            description = "Print the token of one worker, made with the scheduler's key.",
            mixinStandardHelpOptions = true)
    static final class ForWorker implements Runnable {
        private static final int DAYS_MAX = 36_500;

        @ArgGroup(exclusive = true, multiplicity = "1")
        private final KeySource source = new KeySource();

        @Option(
                names = {"--worker", "--server"},
                required = true,
                paramLabel = "HOST:PORT",
                description = "The worker's public_addr.")
        private String worker = "";

        @Option(
                names = "--expires-in-days",
                paramLabel = "DAYS",
                description = "How long the token is good; without it, until it is revoked.")
        private @Nullable Integer days;

        @Spec private @Nullable CommandSpec spec;

        static final class KeySource {
            @Option(
                    names = "--config",
                    paramLabel = "FILE",
                    description = "The scheduler's configuration, which has the key.")
            @Nullable Path config;

            @Option(
                    names = "--secret-key-file",
                    paramLabel = "FILE",
                    description = "A file with the key alone.")
            @Nullable Path file;

            @Option(
                    names = "--secret-key",
                    paramLabel = "KEY",
                    description = "The key itself; other users can see it while this runs.")
            @Nullable String key;
        }

        @Override
        public void run() {
            var tokens = new WorkerToken(key());
            var id = new WorkerId(worker);
            if (days == null) {
                print(spec, tokens.sign(id));
                return;
            }
            if (days < 1 || days > DAYS_MAX) {
                throw new IllegalArgumentException(
                        "--expires-in-days is " + days + ", expected 1 to " + DAYS_MAX);
            }
            print(spec, tokens.sign(id, Instant.now().plus(Duration.ofDays(days))));
        }

        private String key() {
            if (source.key != null) {
                return source.key;
            }
            return source.file != null ? read(source.file) : configured(source.config);
        }

        private static String read(Path file) {
            try {
                return Files.readString(file).strip();
            } catch (IOException e) {
                throw new IllegalArgumentException("--secret-key-file can not be read: " + e, e);
            }
        }

        private static String configured(@Nullable Path file) {
            if (file == null) {
                throw new IllegalArgumentException("no key is given");
            }
            SchedulerConfig config = new ConfigLoader(Platform.current()).scheduler(file).config();
            if (config.workerAuth() instanceof WorkerAuth.JwtHs256(var key, _)) {
                return key.reveal();
            }
            throw new IllegalArgumentException(
                    "Scheduler not configured with JWT HS256: "
                            + file
                            + " has another worker_auth.type than jwt_hs256");
        }
    }

    static void print(@Nullable CommandSpec spec, String secret) {
        PrintWriter out = out(spec);
        out.println(secret);
        out.flush();
    }

    /** Where a command prints. */
    static PrintWriter out(@Nullable CommandSpec spec) {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the specification");
        }
        return spec.commandLine().getOut();
    }
}
