package io.cachepot.client.cli;

import io.cachepot.client.cli.ClientCommand.OutputFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Reads {@code cachepot --some-flag}; what begins with anything but a dash is a compile. */
@Command(
        name = "cachepot",
        sortOptions = false,
        synopsisHeading = "Usage: ",
        customSynopsis = {
            "cachepot COMPILER [ARGUMENT...]   compile, from the cache if possible",
            "       cachepot FLAG                    see or steer the coordinator"
        },
        descriptionHeading = "%n",
        description = "A compiler wrapper with a cache and a cluster.",
        optionListHeading = "%nFlags:%n",
        footerHeading = "%nEnabled features:%n",
        footer = {
            "    S3:        false",
            "    Redis:     false",
            "    Memcached: false",
            "    GCS:       false",
            "    Azure:     false"
        })
public final class ClientCommandLine {
    /** What the user chose; at most one. */
    static final class Choice {
        @Option(
                names = {"-s", "--show-stats"},
                description = "Show statistics.")
        boolean showStats;

        @Option(
                names = {"-z", "--zero-stats"},
                description = "Zero the statistics and show them.")
        boolean zeroStats;

        @Option(
                names = "--explain",
                arity = "0..1",
                paramLabel = "FILE",
                fallbackValue = "",
                description = {
                    "Say why the latest compiles of a source were hits or misses, or were not cached.",
                    "Without FILE: what kept the latest compiles from being hits."
                })
        @Nullable String explain;

        @Option(
                names = "--trace",
                paramLabel = "FILE",
                description = "Write the latest build as a trace, for Perfetto or Chrome.")
        @Nullable Path trace;

        @Option(names = "--doctor", description = "Check what caching needs, and say what to mend.")
        boolean doctor;

        @Option(names = "--start-coordinator", description = "Start the local daemon.")
        boolean startCoordinator;

        @Option(
                names = "--stop-coordinator",
                description = "Stop the local daemon and show the statistics.")
        boolean stopCoordinator;

        @Option(names = "--clear-cache", description = "Remove all results from the local cache.")
        boolean clearCache;

        @Option(names = "--dist-status", description = "Show the cluster as JSON.")
        boolean distStatus;

        @Option(
                names = "--dist-auth",
                arity = "0..1",
                paramLabel = "ADDRESS",
                fallbackValue = "",
                description = {
                    "Fetch a token for the cluster, with a browser.",
                    "With ADDRESS: where the browser of another machine ended."
                })
        @Nullable String distAuth;

        @Option(
                names = "--package-toolchain",
                arity = "2",
                paramLabel = "EXECUTABLE ARCHIVE",
                hideParamSyntax = true,
                description = "Write a compiler as an archive for workers.")
        @Nullable List<String> packageToolchain;

        @Option(
                names = {"-h", "--help"},
                description = "Show this help.")
        boolean help;

        @Option(
                names = {"-V", "--version"},
                description = "Show the version.")
        boolean version;
    }

    @ArgGroup(exclusive = true, multiplicity = "1")
    private final Choice choice = new Choice();

    @Option(
            names = "--stats-format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "How to show statistics and explanations: text or json.")
    private OutputFormat format = OutputFormat.TEXT;

    @Option(
            names = "--build",
            paramLabel = "BUILD",
            converter = BuildNumber.class,
            description =
                    "With --show-stats or --trace: which build. It is last, or how far back it lies:"
                            + " 2 is the one before the last.")
    private @Nullable Integer build;

    private final Path cwd;
    private final String version;
    private final int columns;

    /** {@code last}, or how far back it is, from 1. */
    static final class BuildNumber implements CommandLine.ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            if (text.equals("last")) {
                return 1;
            }
            if (text.matches("[1-9]\\d{0,3}")) {
                return Integer.valueOf(text);
            }
            throw new CommandLine.TypeConversionException(
                    "'" + text + "' is no build, expected last, or 1, 2, ... counted back from it");
        }
    }

    private ClientCommandLine(Path cwd, String version, int columns) {
        this.cwd = cwd;
        this.version = version;
        this.columns = columns;
    }

    /**
     * Reads the arguments.
     *
     * @param cwd for relative paths
     * @param version to show
     * @param environment of the user; {@code COLUMNS} is the width of the terminal, which the
     *     coordinator has none of
     */
    public static ClientCommand parse(
            List<String> arguments, Path cwd, String version, Map<String, String> environment) {
        var spec = new ClientCommandLine(cwd, version, columns(environment));
        var line = new CommandLine(spec).setCaseInsensitiveEnumValuesAllowed(true);
        try {
            line.parseArgs(arguments.toArray(String[]::new));
        } catch (CommandLine.ParameterException e) {
            return error(String.valueOf(e.getMessage()));
        }
        return spec.command(line);
    }

    private static ClientCommand error(String problem) {
        return new ClientCommand.Say(
                "cachepot: error: " + problem + "\nTry 'cachepot --help' for what there is.\n",
                true,
                2);
    }

    /** What there is, for whoever describes it. */
    static CommandSpec model() {
        return new CommandLine(new ClientCommandLine(Path.of("/"), "", HelpText.COLUMNS_MAX))
                .getCommandSpec();
    }

    private static int columns(Map<String, String> environment) {
        String value = environment.getOrDefault("COLUMNS", "");
        return value.matches("[1-9]\\d{0,4}") ? Integer.parseInt(value) : HelpText.COLUMNS_MAX;
    }

    private ClientCommand command(CommandLine line) {
        if (build != null && !choice.showStats && choice.trace == null) {
            return error("--build goes with --show-stats or --trace");
        }
        if (choice.help) {
            return new ClientCommand.Say(HelpText.of(line, columns), false, 0);
        }
        if (choice.version) {
            return new ClientCommand.Say("cachepot " + version + "\n", false, 0);
        }
        if (choice.showStats) {
            return build == null
                    ? new ClientCommand.ShowStats(format)
                    : new ClientCommand.ShowBuild(build, format);
        }
        if (choice.trace != null) {
            return new ClientCommand.Trace(build == null ? 1 : build, cwd.resolve(choice.trace));
        }
        if (choice.zeroStats) {
            return new ClientCommand.ZeroStats(format);
        }
        if (choice.explain != null) {
            return new ClientCommand.Explain(
                    Optional.of(choice.explain).filter(name -> !name.isEmpty()), format);
        }
        if (choice.doctor) {
            return new ClientCommand.Doctor(format);
        }
        if (choice.startCoordinator) {
            return new ClientCommand.StartCoordinator();
        }
        if (choice.stopCoordinator) {
            return new ClientCommand.StopCoordinator(format);
        }
        if (choice.clearCache) {
            return new ClientCommand.ClearCache();
        }
        if (choice.distStatus) {
            return new ClientCommand.DistStatus();
        }
        if (choice.distAuth != null) {
            return new ClientCommand.DistAuth(choice.distAuth);
        }
        if (choice.packageToolchain != null) {
            return new ClientCommand.PackageToolchain(
                    choice.packageToolchain.get(0), cwd.resolve(choice.packageToolchain.get(1)));
        }
        throw new IllegalStateException("picocli let a command line through without a choice");
    }
}
