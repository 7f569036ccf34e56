package io.cachepot.node;

import io.cachepot.config.ClientAuth;
import io.cachepot.config.DistAuth;
import io.cachepot.config.DistConfig;
import io.cachepot.config.SchedulerConfig;
import io.cachepot.config.Secret;
import io.cachepot.config.source.ConfigLoader;
import io.cachepot.config.source.Platform;
import io.cachepot.node.operator.ClusterReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster a command asks, and what it shows there. */
final class ClusterOptions {
    private static final String NO_TOKEN =
            "there is no client token in the settings, whose type of authentication has it come from"
                    + " elsewhere; write one into a file and name it with --token-file";

    private static final String NO_OPERATOR_TOKEN =
            "there is no operator_token in the settings; set one in those of all schedulers, and name"
                    + " such a file with --config, or one with the token alone with --token-file";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "A scheduler's settings; without it, those of this machine's client"
                            + " (CACHEPOT_CONF, ~/.config/cachepot/config).")
    private @Nullable Path config;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "Holds the token to show, a client's or an operator's, in place of that of the"
                            + " settings.")
    private @Nullable Path tokenFile;

    /** What a command does there. */
    enum Role {
        VIEWER,
        OPERATOR
    }

    /**
     * Somebody who can ask.
     *
     * @throws IOException when a file can not be read
     * @throws io.cachepot.config.ConfigException when the settings are wrong
     */
    ClusterReader open(Role role) throws IOException {
        Cluster cluster = config == null ? ofClient(role) : ofScheduler(config, role);
        Optional<String> token =
                tokenFile == null
                        ? cluster.token()
                        : Optional.of(Files.readString(tokenFile).strip());
        return new ClusterReader(
                cluster.schedulers(),
                token.orElseThrow(() ->
                        new IllegalArgumentException(
                                role == Role.VIEWER ? NO_TOKEN : NO_OPERATOR_TOKEN)),
                reason -> System.err.println("cachepot-dist: warning: " + reason));
    }

    private record Cluster(List<URI> schedulers, Optional<String> token) {}

    private static Cluster ofScheduler(Path file, Role role) {
        SchedulerConfig settings = new ConfigLoader(Platform.current()).scheduler(file).config();
        if (role == Role.OPERATOR) {
            return new Cluster(
                    List.of(settings.publicUrl()), settings.operatorToken().map(Secret::reveal));
        }
        Optional<String> token =
                switch (settings.clientAuth()) {
                    case ClientAuth.Token(var shared) -> Optional.of(shared.reveal());
                    case ClientAuth.Insecure _ -> Optional.of("");
                    default -> Optional.empty();
                };
        return new Cluster(List.of(settings.publicUrl()), token);
    }

    private static Cluster ofClient(Role role) {
        DistConfig settings = new ConfigLoader(Platform.current()).client().config().dist();
        if (!settings.isEnabled()) {
            throw new IllegalArgumentException(
                    "no scheduler is known: the client's settings have no dist.scheduler_url; name a"
                            + " scheduler's settings with --config");
        }
        Optional<String> token =
                role == Role.VIEWER && settings.auth() instanceof DistAuth.Token(var shared)
                        ? Optional.of(shared.reveal())
                        : Optional.empty();
        return new Cluster(settings.schedulerUrls(), token);
    }
}
