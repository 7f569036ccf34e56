package io.cachepot.client.coordinator;

import java.util.Objects;

/** The release, as the jar's manifest says. */
final class Version {
    private Version() {}

    /** {@code 0.1.0}; {@code development} outside a jar. */
    static String current() {
        return Objects.requireNonNullElse(
                Version.class.getPackage().getImplementationVersion(), "development");
    }
}
