package io.cachepot.config.manual;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A command's manual page in man(7) format, from the same model as its help. */
public final class ManualPage {
    private static final String SECTION = "1";

    private final CommandSpec command;

    public ManualPage(CommandSpec command) {
        this.command = command;
    }

    /** {@code cachepot-dist-auth-init-cluster.1}, as git does it. */
    public String fileName() {
        return name(command) + "." + SECTION;
    }

    /** Those of its commands that people are told of. */
    public static List<CommandLine> shown(CommandSpec command) {
        return command.subcommands().values().stream()
                .filter(sub -> !sub.getCommandSpec().usageMessage().hidden())
                .toList();
    }

    private static String name(CommandSpec command) {
        return command.qualifiedName("-");
    }

    /**
     * The page.
     *
     * @param exitStatus what its exit codes mean, one sentence
     */
    public String text(String exitStatus) {
        var page = new StringBuilder();
        String name = name(command);
        page.append(".TH ")
                .append(name.toUpperCase(Locale.ROOT))
                .append(" " + SECTION + "\n.SH NAME\n")
                .append(escaped(name))
                .append(" \\- ")
                .append(escaped(firstSentence(command)))
                .append("\n.SH SYNOPSIS\n.nf\n")
                .append(escaped(synopsis()))
                .append("\n.fi\n.SH DESCRIPTION\n");
        for (String line : command.usageMessage().description()) {
            page.append(".PP\n").append(escaped(line)).append('\n');
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
                        .append(escaped(name(sub.getCommandSpec())))
                        .append(" (" + SECTION + ")\n")
                        .append(escaped(firstSentence(sub.getCommandSpec())))
                        .append('\n');
            }
        }
        return page.append(".SH EXIT STATUS\n").append(escaped(exitStatus)).append('\n').toString();
    }

    private String synopsis() {
        return new Help(command, Help.Ansi.OFF)
                .synopsis(0)
                .lines()
                .map(String::strip)
                .collect(Collectors.joining("\n"));
    }

    private static String firstSentence(CommandSpec command) {
        String[] description = command.usageMessage().description();
        return description.length == 0 ? "" : description[0].replaceAll("\\.$", "");
    }

    private static String heading(OptionSpec option) {
        String names = String.join(", ", option.names());
        String value = "=" + option.paramLabel();
        if (option.arity().max() == 0) {
            return names;
        }
        return names + (option.arity().min() == 0 ? "[" + value + "]" : value);
    }

    private static void item(StringBuilder page, String heading, ArgSpec argument) {
        String description =
                String.join(" ", argument.description())
                        .replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValue()))
                        .replace("${COMPLETION-CANDIDATES}", candidates(argument));
        page.append(".TP\n.B ").append(escaped(heading)).append('\n').append(escaped(description));
        page.append('\n');
    }

    private static String candidates(ArgSpec argument) {
        Iterable<String> all = argument.completionCandidates();
        return all == null ? "" : String.join(", ", all);
    }

    /** Nothing of it is a request, and a hyphen is one that can be copied. */
    private static String escaped(String plain) {
        return plain.lines()
                .map(line -> line.replace("\\", "\\e").replace("-", "\\-"))
                .map(line -> line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line)
                .reduce((one, other) -> one + "\n" + other)
                .orElse("");
    }
}
