package io.cachepot.client.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The help, as wide as the terminal allows. Two columns need {@link #TWO_COLUMNS_MIN} characters;
 * below that a description stands under its flag.
 */
final class HelpText {
    static final int COLUMNS_MAX = 80;
    private static final int TWO_COLUMNS_MIN = 80;
    private static final int COLUMNS_MIN = 24;
    private static final int DESCRIPTION_INDENT = 6;

    private final StringBuilder text = new StringBuilder();
    private final int columns;

    private HelpText(int columns) {
        this.columns = columns;
    }

    static String of(CommandLine line, int columns) {
        int width = Math.clamp(columns, COLUMNS_MIN, COLUMNS_MAX);
        if (width >= TWO_COLUMNS_MIN) {
            line.setUsageHelpWidth(width);
            return line.getUsageMessage();
        }
        var help = new HelpText(width);
        help.add(0, 4, "Usage:");
        help.add(2, 4, "cachepot COMPILER [ARGUMENT...]");
        help.add(2, 4, "cachepot FLAG");
        help.addFlags(line);
        help.add(0, 0, "");
        help.add(0, 0, "Enabled features:");
        for (String feature : line.getCommandSpec().usageMessage().footer()) {
            help.add(4, 4, feature.strip());
        }
        return help.text.toString();
    }

    private void addFlags(CommandLine line) {
        add(0, 0, "");
        add(0, 0, "Flags:");
        for (OptionSpec option : line.getCommandSpec().options()) {
            String label = option.arity().max() == 0 ? "" : " " + option.paramLabel();
            add(2, DESCRIPTION_INDENT, String.join(", ", option.names()) + label);
            add(
                    DESCRIPTION_INDENT,
                    DESCRIPTION_INDENT,
                    String.join(" ", List.of(option.description())));
        }
    }

    /** One paragraph, broken at blanks; later lines stand {@code hanging} to the right. */
    private void add(int indent, int hanging, String paragraph) {
        var current = new StringBuilder(" ".repeat(indent));
        boolean isEmpty = true;
        for (String word : paragraph.split(" +", -1)) {
            if (!isEmpty && current.length() + 1 + word.length() > columns) {
                text.append(current).append('\n');
                current.setLength(0);
                current.append(" ".repeat(hanging));
                isEmpty = true;
            }
            current.append(isEmpty ? "" : " ").append(word);
            isEmpty = false;
        }
        text.append(current).append('\n');
    }
}
