package io.cachepot.client.explain;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the source in a command line that nobody understood. */
final class SourceNames {
    private static final Set<String> SUFFIXES =
            Set.of(
                    "c", "cc", "cp", "cxx", "cpp", "CPP", "c++", "C", "m", "mm", "i", "ii", "s",
                    "S", "sx", "h", "hh", "hpp", "cu", "f", "f90", "adb", "d", "go");

    private SourceNames() {}

    static Optional<String> guess(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            boolean isValue =
                    i > 0
                            && Set.of("-o", "-MF", "-MT", "-MQ", "-include")
                                    .contains(arguments.get(i - 1));
            if (!argument.startsWith("-") && !isValue && isSource(argument)) {
                return Optional.of(argument);
            }
        }
        return Optional.empty();
    }

    private static boolean isSource(String name) {
        int dot = name.lastIndexOf('.');
        return dot > name.lastIndexOf('/') && SUFFIXES.contains(name.substring(dot + 1));
    }
}
