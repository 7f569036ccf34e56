package io.cachepot.client.wrapper;

import java.util.List;

/**
 * A command line for the wrapper to run.
 *
 * @param path of the executable, absolute or relative to the wrapper's directory
 * @param arguments argv[0] first, at least that
 * @param environmentChanges to the wrapper's own environment, in order: {@code NAME=value} sets,
 *     {@code NAME} unsets
 */
public record Command(String path, List<String> arguments, List<String> environmentChanges) {
    public Command {
        arguments = List.copyOf(arguments);
        environmentChanges = List.copyOf(environmentChanges);
        if (path.isEmpty()) {
            throw new IllegalArgumentException("command.path is empty, expected a path");
        }
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException(
                    "command.arguments is empty, expected argv[0] at least");
        }
        for (String change : environmentChanges) {
            if (change.isEmpty() || change.charAt(0) == '=') {
                throw new IllegalArgumentException(
                        "command.environmentChanges has '" + change + "', expected a name first");
            }
        }
    }

    public Command(String path, List<String> arguments) {
        this(path, arguments, List.of());
    }
}
