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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

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
    private final Map<Key, Entry> entries = new ConcurrentHashMap<>();

    /** One compiler, one lock: the first of many compiles asks, the others wait for it. */
    private final Map<Key, ReentrantLock> locks = new ConcurrentHashMap<>();

    CompilerRegistry(CompilerDetector detector) {
        this.detector = detector;
    }

    private record Key(Path executable, List<String> variables) {}

    private record Entry(Optional<FileStamp> executable, Detected detected) {
        boolean isGood(Path path) throws IOException {
            return switch (detected) {
                case Detected.Known(var compiler) -> compiler.isUnchanged();
                case Detected.Unsupported _ -> FileStamp.of(path).equals(executable);
            };
        }
    }

    /** What {@code executable} is. */
    Detected find(Path executable, Map<String, String> environment, ProgramRunner runner)
            throws IOException, InterruptedException {
        var key = new Key(executable, variables(environment));
        Entry entry = entries.get(key);
        if (entry != null && entry.isGood(executable)) {
            return entry.detected();
        }
        var lock = locks.computeIfAbsent(key, _ -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            Entry latest = entries.get(key);
            if (latest == null || !latest.isGood(executable)) {
                Optional<FileStamp> stamp = FileStamp.of(executable);
                latest = new Entry(stamp, detector.detect(executable, environment, runner));
                remember(key, latest);
            }
            return latest.detected();
        } finally {
            lock.unlock();
        }
    }

    private static List<String> variables(Map<String, String> environment) {
        var values = new ArrayList<String>();
        for (String name : VARIABLES) {
            values.add(environment.getOrDefault(name, ""));
        }
        return List.copyOf(values);
    }

    private void remember(Key key, Entry entry) {
        if (entries.size() >= COMPILERS_MAX) {
            entries.clear();
            locks.clear();
        }
        entries.put(key, entry);
    }
}
