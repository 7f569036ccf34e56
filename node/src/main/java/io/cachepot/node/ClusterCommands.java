package io.cachepot.node;

import io.cachepot.config.GridTls;
import io.cachepot.node.grid.secure.ClusterAuthority;
import io.cachepot.node.grid.secure.ClusterAuthority.Credentials;
import io.cachepot.node.grid.secure.MemberRole;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says which machines are of a cluster: an authority, and a certificate for each node. */
final class ClusterCommands {
    private static final String AUTHORITY = "ca";

    private ClusterCommands() {}

    @Command(
            name = "init-cluster",
            description =
                    "Make a cluster's certificate authority: DIR/ca.pem, which every node gets, and"
                            + " DIR/ca.key, which none does.",
            mixinStandardHelpOptions = true)
    static final class InitCluster implements Runnable {
        @Option(
                names = "--out",
                required = true,
                paramLabel = "DIR",
                description = "For the files.")
        private Path out = Path.of("");

        @Option(
                names = "--name",
                defaultValue = "cachepot",
                description = "Of the cluster, for people (default cachepot).")
        private String name = "";

        @Option(
                names = "--days",
                defaultValue = "3650",
                description = "How long it is good (default 3650).")
        private int days;

        @Spec private @Nullable CommandSpec spec;

        @Override
        public void run() {
            var authority =
                    ClusterAuthority.create(
                            checked("--name", name),
                            new SecureRandom(),
                            Instant.now(),
                            validity(days));
            write(authority.own(), out, AUTHORITY);
            AuthCommand.print(
                    spec, out.resolve("ca.pem") + " is grid.tls.authorities of every node");
        }
    }

    @Command(
            name = "issue-node",
            description =
                    "Make a node's certificate and key: DIR/NAME.pem and DIR/NAME.key, for that node"
                            + " alone.",
            mixinStandardHelpOptions = true)
    static final class IssueNode implements Runnable {
        @Option(
                names = "--authority",
                required = true,
                paramLabel = "DIR",
                description = "Where init-cluster put its files.")
        private Path authority = Path.of("");

        @Option(
                names = "--role",
                required = true,
                paramLabel = "scheduler|worker",
                description = "What the node may be.")
        private String role = "";

        @Option(names = "--name", required = true, description = "The node's, for people.")
        private String name = "";

        @Option(
                names = "--days",
                defaultValue = "825",
                description = "How long it is good (default 825).")
        private int days;

        @Option(
                names = "--out",
                required = true,
                paramLabel = "DIR",
                description = "For the files.")
        private Path out = Path.of("");

        @Spec private @Nullable CommandSpec spec;

        @Override
        public void run() {
            var issuer = new ClusterAuthority(read(authority));
            write(
                    issuer.issue(
                            role(role),
                            checked("--name", name),
                            new SecureRandom(),
                            Instant.now(),
                            validity(days)),
                    out,
                    name);
            AuthCommand.print(
                    spec,
                    "[grid.tls]\nauthorities = \"/etc/cachepot/ca.pem\"\ncertificate ="
                            + " \"/etc/cachepot/"
                            + name
                            + ".pem\"\nkey = \"/etc/cachepot/"
                            + name
                            + ".key\"");
        }

        private static MemberRole role(String text) {
            for (MemberRole role : MemberRole.values()) {
                if (role.unit().equals(text)) {
                    return role;
                }
            }
            throw new IllegalArgumentException(
                    "--role is '" + text + "', expected scheduler or worker");
        }
    }

    @Command(
            name = "node-serial",
            description =
                    "Print a certificate's serial number; nodes that have it in grid.tls.revoked take"
                            + " the certificate no longer.",
            mixinStandardHelpOptions = true)
    static final class NodeSerial implements Runnable {
        @Parameters(paramLabel = "FILE", description = "The certificate, PEM.")
        private Path file = Path.of("");

        @Spec private @Nullable CommandSpec spec;

        @Override
        public void run() {
            try {
                var certificate = PemFiles.certificates("certificate", file).getFirst();
                AuthCommand.print(spec, GridTls.text(certificate.getSerialNumber()));
            } catch (IOException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
    }

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int DAYS_MAX = 36_500;

    private static String checked(String option, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    option
                            + " is '"
                            + name
                            + "', expected letters, digits, dots, dashes and underscores, 64 at"
                            + " most");
        }
        return name;
    }

    private static Duration validity(int days) {
        if (days < 1 || days > DAYS_MAX) {
            throw new IllegalArgumentException("--days is " + days + ", expected 1 to " + DAYS_MAX);
        }
        return Duration.ofDays(days);
    }

    private static Credentials read(Path directory) {
        try {
            return new Credentials(
                    PemFiles.certificates("--authority", directory.resolve("ca.pem")).getFirst(),
                    PemFiles.key("--authority", directory.resolve("ca.key")));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    e.getMessage() + "; expected the directory of 'auth init-cluster'", e);
        }
    }

    private static void write(Credentials credentials, Path directory, String name) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            PemFiles.write(
                    credentials,
                    directory.resolve(name + ".pem"),
                    directory.resolve(name + ".key"));
        } catch (FileAlreadyExistsException e) {
            throw new IllegalArgumentException(
                    e.getFile() + " is there already; take another --out or move it away", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("--out " + directory + ": " + e, e);
        }
    }
}
