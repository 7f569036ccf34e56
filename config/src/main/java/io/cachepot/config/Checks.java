package io.cachepot.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a compact constructor wants of its components; tells all that is wrong at once. */
final class Checks {
    private static final int TCP_PORT_MAX = 65_535;

    private final List<Mistake> mistakes = new ArrayList<>();

    /** Wants {@code holds}, else says {@code <key>: is <value>, expected <expected>}. */
    Checks that(boolean holds, String key, Object value, String expected) {
        return holds ? this : wrong(key, "is " + value + ", expected " + expected);
    }

    Checks atLeast(long min, String key, long value) {
        return that(value >= min, key, value, "at least " + min);
    }

    Checks port(String key, int port) {
        return that(port >= 1 && port <= TCP_PORT_MAX, key, port, "a port of 1 to " + TCP_PORT_MAX);
    }

    Checks absolute(String key, Path path) {
        return that(path.isAbsolute(), key, "'" + path + "'", "an absolute path");
    }

    Checks notEmpty(String key, String text) {
        return that(!text.isEmpty(), key, "empty", "some text");
    }

    Checks notEmpty(String key, Secret secret) {
        return that(!secret.reveal().isEmpty(), key, "empty", "a secret");
    }

    Checks web(String key, URI uri) {
        return that(
                WebAddress.isWeb(uri),
                key,
                "'" + uri.getScheme() + ":...'",
                "an http or https URL");
    }

    /** Says {@code <key>: <problem>}. */
    Checks wrong(String key, String problem) {
        mistakes.add(new Mistake("", key, problem));
        return this;
    }

    /**
     * @throws ConfigException if anything was wrong
     */
    void verify() {
        if (!mistakes.isEmpty()) {
            throw new ConfigException(mistakes);
        }
    }
}
