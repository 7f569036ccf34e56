package io.cachepot.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code generate-man-pages}: writes a page in man(7) format for each command, from the same model
 * as the help. For those who make packages.
 */
@Command(
        name = "generate-man-pages",
        description = "Write a manual page for each command.",
        hidden = true,
        mixinStandardHelpOptions = true)
final class ManPages implements Runnable {
    private static final String SECTION = "1";

    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "For the pages.")
    private @Nullable Path directory;

    private ManPages() {}

    @Override
    public void run() {
        try {
            Path to = Objects.requireNonNull(directory);
            Files.createDirectories(to);
            write(Objects.requireNonNull(spec).root(), to);
        } catch (IOException e) {
            throw new UncheckedIOException("manual pages can not be written: " + e, e);
        }
    }

    private static void write(CommandSpec command, Path to) throws IOException {
        Files.writeString(to.resolve(name(command) + "." + SECTION), page(command));
        for (CommandLine sub : shown(command)) {
            write(sub.getCommandSpec(), to);
        }
    }

    private static List<CommandLine> shown(CommandSpec command) {
        return command.subcommands().values().stream()
                .filter(sub -> !sub.getCommandSpec().usageMessage().hidden())
                .toList();
    }

    /** {@code cachepot-dist-auth-init-cluster}, as git does it. */
    private static String name(CommandSpec command) {
        return command.qualifiedName("-");
    }

    /** The page of one command. */
    static String page(CommandSpec command) {
        var page = new StringBuilder();
        String name = name(command);
        page.append(".TH ")
                .append(name.toUpperCase(Locale.ROOT))
                .append(" " + SECTION + "\n.SH NAME\n")
                .append(text(name))
                .append(" \\- ")
                .append(text(firstSentence(command)))
                .append("\n.SH SYNOPSIS\n.nf\n")
                .append(text(new Help(command, Help.Ansi.OFF).synopsis(0).strip()))
                .append("\n.fi\n.SH DESCRIPTION\n");
        for (String line : command.usageMessage().description()) {
            page.append(".PP\n").append(text(line)).append('\n');
        }
        List<ArgSpec> positional = List.copyOf(command.positionalParameters());
        if (!positional.isEmpty()) {
            page.append(".SH ARGUMENTS\n");
            positional.forEach(argument -> item(page, argument.paramLabel(), argument));
        }
        page.append(".SH OPTIONS\n");
        for (OptionSpec option : command.options()) {
            if (!option.hidden()) {
                item(page, heading(option), option);
            }
        }
        List<CommandLine> subcommands = shown(command);
        if (!subcommands.isEmpty()) {
            page.append(".SH COMMANDS\n");
            for (CommandLine sub : subcommands) {
                page.append(".TP\n.BR ")
                        .append(text(name(sub.getCommandSpec())))
                        .append(" (" + SECTION + ")\n")
                        .append(text(firstSentence(sub.getCommandSpec())))
                        .append('\n');
            }
        }
        return page.append(".SH EXIT STATUS\n0, or 2 with a reason on standard error.\n")
                .toString();
    }

    private static String firstSentence(CommandSpec command) {
        String[] description = command.usageMessage().description();
        return description.length == 0 ? "" : description[0].replaceAll("\\.$", "");
    }

    private static String heading(OptionSpec option) {
        String names = String.join(", ", option.names());
        return option.arity().max() == 0 ? names : names + "=" + option.paramLabel();
    }

    private static void item(StringBuilder page, String heading, ArgSpec argument) {
        String description =
                String.join(" ", argument.description())
                        .replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValue()))
                        .replace("${COMPLETION-CANDIDATES}", candidates(argument));
        page.append(".TP\n.B ").append(text(heading)).append('\n').append(text(description));
        page.append('\n');
    }

    private static String candidates(ArgSpec argument) {
        Iterable<String> all = argument.completionCandidates();
        return all == null ? "" : String.join(", ", all);
    }

    /** Nothing of it is a request, and a hyphen is one that can be copied. */
    private static String text(String plain) {
        return plain.lines()
                .map(line -> line.replace("\\", "\\e").replace("-", "\\-"))
                .map(line -> line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line)
                .reduce((one, other) -> one + "\n" + other)
                .orElse("");
    }
}
