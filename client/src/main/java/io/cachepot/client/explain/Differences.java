package io.cachepot.client.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells what two compiles of one source do not have in common. */
final class Differences {
    static final String COMPILER = "other compiler";
    static final String DIRECTORY = "other directory";
    static final String ENVIRONMENT = "other environment";
    static final String ARGUMENTS = "other arguments";
    static final String SOURCE = "source changed";

    /** More of one kind are counted only. */
    private static final int NAMED_MAX = 4;

    private final List<Why> found = new ArrayList<>();

    private Differences(KeyParts now, KeyParts then) {
        compiler(now, then);
        if (!now.directory().equals(then.directory())) {
            add(DIRECTORY, "directory " + was(now.directory(), then.directory()));
        }
        lists(ENVIRONMENT, "variable", now.environment(), then.environment());
        lists(ARGUMENTS, "argument", shown(now.arguments()), shown(then.arguments()));
        others(now, then);
        if (!now.content().equals(then.content())) {
            add(SOURCE, "the source itself changed");
        }
    }

    /**
     * Compares.
     *
     * @return the label is that of the first difference; empty when there is none
     */
    static Optional<Why> of(KeyParts now, KeyParts then) {
        var found = new Differences(now, then).found;
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Why(
                                found.getFirst().label(),
                                String.join("; ", found.stream().map(Why::detail).toList())));
    }

    private void add(String label, String detail) {
        found.add(new Why(label, detail));
    }

    private static String was(String now, String then) {
        return "'" + now + "' was '" + then + "'";
    }

    private void compiler(KeyParts now, KeyParts then) {
        if (!now.compiler().equals(then.compiler())) {
            add(COMPILER, "compiler " + was(now.compiler(), then.compiler()));
        } else if (!now.version().equals(then.version())) {
            add(COMPILER, "compiler " + now.compiler() + ": " + was(now.version(), then.version()));
        } else if (!now.identity().equals(then.identity())) {
            add(
                    COMPILER,
                    "compiler "
                            + now.compiler()
                            + ": one of its programs or libraries was replaced");
        }
    }

    /** What the command line would say. */
    private static List<String> shown(List<String> arguments) {
        return arguments.stream()
                .map(argument -> argument.replaceFirst("^target:", "-MT "))
                .toList();
    }

    private void others(KeyParts now, KeyParts then) {
        if (!now.language().equals(then.language())) {
            add(ARGUMENTS, "language " + was(now.language(), then.language()));
        }
        if (!now.spelling().equals(then.spelling())) {
            add(ARGUMENTS, "source " + was(now.spelling(), then.spelling()));
        }
        if (now.isColored() != then.isColored()) {
            add(
                    ARGUMENTS,
                    now.isColored()
                            ? "now on a terminal, with colours"
                            : "no longer on a terminal with colours");
        }
    }

    private void lists(String label, String noun, List<String> now, List<String> then) {
        if (now.equals(then)) {
            return;
        }
        var added = without(now, then);
        var removed = without(then, now);
        var said = new ArrayList<String>();
        for (String each : List.copyOf(added)) {
            alike(each, removed)
                    .ifPresent(old -> {
                        said.add(noun + " " + was(each, old));
                        added.remove(each);
                        removed.remove(old);
                    });
        }
        if (added.size() == 1 && removed.size() == 1) {
            said.add(noun + " " + was(added.removeFirst(), removed.removeFirst()));
        }
        added.forEach(each -> said.add(noun + " '" + each + "' is new"));
        removed.forEach(each -> said.add(noun + " '" + each + "' is gone"));
        if (said.isEmpty()) {
            said.add("the " + noun + "s are in another order");
        }
        int more = said.size() - NAMED_MAX;
        add(
                label,
                String.join(", ", said.stream().limit(NAMED_MAX).toList())
                        + (more > 0 ? " and " + more + " more" : ""));
    }

    private static List<String> without(List<String> all, List<String> others) {
        var left = new ArrayList<>(all);
        others.forEach(left::remove);
        return left;
    }

    /**
     * One that sets the same thing: {@code -O1} for {@code -O2}, {@code LANG=C} for {@code
     * LANG=de}.
     */
    private static Optional<String> alike(String one, List<String> others) {
        return others.stream().filter(other -> stem(one).equals(stem(other))).findFirst();
    }

    private static String stem(String argument) {
        int equals = argument.indexOf('=');
        if (equals > 0) {
            return argument.substring(0, equals);
        }
        return argument.startsWith("-O") || argument.startsWith("-g")
                ? argument.substring(0, 2)
                : argument;
    }
}
