package io.cachepot.client.explain;

/**
 * The reason for something.
 *
 * @param label a few words, the same for many compiles; to count by
 * @param detail all that is known, for people
 */
public record Why(String label, String detail) {
    static Why of(String label) {
        return new Why(label, label);
    }
}
