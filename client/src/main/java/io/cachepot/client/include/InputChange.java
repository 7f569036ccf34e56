package io.cachepot.client.include;

/**
 * Why {@link Inputs} no longer hold.
 *
 * @param path the first one that differs, absolute; or the name of a variable
 */
public record InputChange(Kind kind, String path) {
    /** What became of it. */
    public enum Kind {
        CHANGED("changed"),
        APPEARED("appeared"),
        VANISHED("is gone"),
        VARIABLE("has another value");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /** For logs. */
    @Override
    public String toString() {
        return path + " " + kind.text;
    }
}
