package io.cachepot.client.coordinator;

import io.cachepot.client.compiler.CompilerDetector;
import io.cachepot.client.compiler.CompilerDetector.Detected;
import io.cachepot.client.compiler.ProgramRunner;
import io.cachepot.client.include.FileStamp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The compilers seen so far. Each is asked what it is once; after that a look at its files tells
 * whether it still is that.
 */
final class CompilerRegistry {
    private static final int COMPILERS_MAX = 1_000;

    /** Decide where a driver finds its passes. */
    private static final List<String> VARIABLES =
            List.of("PATH", "COMPILER_PATH", "GCC_EXEC_PREFIX", "LD_LIBRARY_PATH");

    private final CompilerDetector detector;
    private final Memo<Key, Entry> entries = new Memo<>(COMPILERS_MAX, Entry::isGood);

    CompilerRegistry(CompilerDetector detector) {
        this.detector = detector;
    }

    private record Key(Path executable, List<String> variables) {}

    private record Entry(Path path, Optional<FileStamp> executable, Detected detected) {
        boolean isGood() throws IOException {
            return switch (detected) {
                case Detected.Known(var compiler) -> compiler.isUnchanged();
                case Detected.Unsupported _ -> FileStamp.of(path).equals(executable);
            };
        }
    }

    /** What {@code executable} is. */
    Detected find(Path executable, Map<String, String> environment, ProgramRunner runner)
            throws IOException, InterruptedException {
        return entries.get(
                        new Key(executable, variables(environment)),
                        () ->
                                new Entry(
                                        executable,
                                        FileStamp.of(executable),
                                        detector.detect(executable, environment, runner)))
                .detected();
    }

    private static List<String> variables(Map<String, String> environment) {
        var values = new ArrayList<String>();
        for (String name : VARIABLES) {
            values.add(environment.getOrDefault(name, ""));
        }
        return List.copyOf(values);
    }
}
