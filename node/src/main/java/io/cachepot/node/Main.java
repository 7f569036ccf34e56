package io.cachepot.node;

import io.cachepot.config.ConfigException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cachepot-dist}: the nodes of a cluster, and what operators need beside them. */
@Command(
        name = "cachepot-dist",
        description = "The nodes of a cachepot cluster.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        usageHelpAutoWidth = true,
        subcommands = {
            SchedulerCommand.class,
            WorkerCommand.class,
            DevCommand.class,
            AuthCommand.class,
            OperatorCommands.Status.class,
            OperatorCommands.Workers.class,
            OperatorCommands.Jobs.class,
            OperatorCommands.Builds.class,
            OperatorCommands.Toolchains.class,
            OperatorCommands.Top.class,
            OperatorCommands.Drain.class,
            OperatorCommands.Undrain.class,
            DoctorCommand.class,
            AutoComplete.GenerateCompletion.class,
            ManPages.class
        })
public final class Main implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    private Main() {}

    /** Exits with 0, or with 2 and a reason on stderr. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** The exit code; everything is said. */
    static int run(String... arguments) {
        return new CommandLine(new Main())
                .setParameterExceptionHandler((e, _) -> usageError(e))
                .setExecutionExceptionHandler((e, _, _) -> failure(e))
                .execute(arguments);
    }

    private static int usageError(ParameterException e) {
        System.err.println("cachepot-dist: error: " + e.getMessage());
        System.err.println(
                "Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
        return Failure.EXIT_CODE;
    }

    private static int failure(Exception e) {
        String text =
                e instanceof ConfigException
                        ? "cachepot-dist: error: " + e.getMessage() + "\n"
                        : Failure.text(e);
        System.err.print(text);
        Background.tellFailure(text);
        return Failure.EXIT_CODE;
    }

    @Override
    public void run() {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        throw new ParameterException(
                line,
                "no command is given, expected one of "
                        + String.join(", ", line.getSubcommands().keySet()));
    }

    /** The release, as the jar's manifest says. */
    static final class Version implements IVersionProvider {
        /** {@code 0.1.0}; {@code development} outside a jar. */
        static String current() {
            return Objects.requireNonNullElse(
                    Main.class.getPackage().getImplementationVersion(), "development");
        }

        @Override
        public String[] getVersion() {
            return new String[] {"cachepot-dist " + current()};
        }
    }
}
