package io.cachepot.config.source;

import io.cachepot.config.ConfigException;
import io.cachepot.config.Mistake;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one load finds out besides the settings: mistakes, origins, all keys there are. */
final class Findings {
    private final List<Found> found = new ArrayList<>();
    private final Map<String, Origin> origins = new LinkedHashMap<>();
    private final Set<String> keys = new LinkedHashSet<>();
    private boolean isSecretInFile;

    private record Found(Origin origin, boolean isMissing, Mistake mistake) {
        /** Flags, environment, file; what is missing stands nowhere, and so comes last. */
        int rank() {
            if (isMissing) {
                return 3;
            }
            return switch (origin) {
                case Origin.CommandLine _ -> 0;
                case Origin.Environment _ -> 1;
                case Origin.InFile _, Origin.Default _ -> 2;
            };
        }

        int line() {
            return origin instanceof Origin.InFile file ? file.line() : 0;
        }

        int column() {
            return origin instanceof Origin.InFile file ? file.column() : 0;
        }
    }

    void mistake(Origin origin, String key, String problem) {
        add(origin, false, key, problem);
    }

    void missing(Origin table, String key, String expected) {
        add(table, true, key, "is missing, expected " + expected);
    }

    private void add(Origin origin, boolean isMissing, String key, String problem) {
        var place = origin instanceof Origin.Default ? "" : origin.toString();
        found.add(new Found(origin, isMissing, new Mistake(place, key, problem)));
    }

    void origin(String key, Origin origin) {
        origins.put(key, origin);
    }

    void key(String key) {
        keys.add(key);
    }

    void secret(Origin origin) {
        isSecretInFile |= origin instanceof Origin.InFile;
    }

    boolean isSecretInFile() {
        return isSecretInFile;
    }

    Map<String, Origin> origins() {
        return origins;
    }

    /** All keys that anybody asked for, dotted. */
    Set<String> keys() {
        return Collections.unmodifiableSet(keys);
    }

    /**
     * @throws ConfigException if there was any mistake
     */
    void throwIfAny() {
        if (found.isEmpty()) {
            return;
        }
        throw new ConfigException(
                found.stream()
                        .sorted(
                                Comparator.comparingInt(Found::rank)
                                        .thenComparingInt(Found::line)
                                        .thenComparingInt(Found::column))
                        .map(Found::mistake)
                        .toList());
    }
}
