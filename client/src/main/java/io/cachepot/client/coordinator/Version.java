package io.cachepot.client.coordinator;

import java.util.Objects;

/** The release, as the jar's manifest says. */
final class Version {
    /** Outside a jar. */
    static final String UNKNOWN = "development";

    private Version() {}

    /** {@code 0.1.0}; {@link #UNKNOWN} outside a jar. */
    static String current() {
        return Objects.requireNonNullElse(
                Version.class.getPackage().getImplementationVersion(), UNKNOWN);
    }
}
