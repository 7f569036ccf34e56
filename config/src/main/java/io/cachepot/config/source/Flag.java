package io.cachepot.config.source;

/**
 * A setting given on the command line; wins over all other sources.
 *
 * @param name as the user wrote it, with its dashes
 * @param key dotted, as in {@code dist.scheduler_url}
 * @param value as text; a list is separated by commas
 */
public record Flag(String name, String key, String value) {
    /** Without the value, which may be a secret. */
    @Override
    public String toString() {
        return name + " (" + key + ")";
    }
}
