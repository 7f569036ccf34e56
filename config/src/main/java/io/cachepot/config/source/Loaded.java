package io.cachepot.config.source;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Settings that are good, and where they came from.
 *
 * @param origins by dotted key, in the order of the keys in the documentation
 * @param warnings one line each, for the user's eyes; no reason to stop
 */
public record Loaded<T>(T config, Map<String, Origin> origins, List<String> warnings) {
    public Loaded {
        origins = Collections.unmodifiableMap(new LinkedHashMap<>(origins));
        warnings = List.copyOf(warnings);
    }
}
