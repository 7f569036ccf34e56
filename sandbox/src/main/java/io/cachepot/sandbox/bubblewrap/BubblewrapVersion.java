package io.cachepot.sandbox.bubblewrap;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/** A version of bubblewrap, and what it can do (its NEWS). */
record BubblewrapVersion(int major, int minor, int patch) implements Comparable<BubblewrapVersion> {
    /** The first with every option that keeps a job in; the rest is used where it is there. */
    static final BubblewrapVersion LEAST = new BubblewrapVersion(0, 3, 0);

    private static final Pattern SAID =
            Pattern.compile("bubblewrap (\\d{1,6})\\.(\\d{1,6})(?:\\.(\\d{1,6}))?\\b.*");
    private static final Comparator<BubblewrapVersion> ORDER =
            Comparator.comparingInt(BubblewrapVersion::major)
                    .thenComparingInt(BubblewrapVersion::minor)
                    .thenComparingInt(BubblewrapVersion::patch);

    /** Reads what {@code bwrap --version} says. */
    static Optional<BubblewrapVersion> parse(String said) {
        var matcher = SAID.matcher(said.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String patch = matcher.group(3);
        return Optional.of(
                new BubblewrapVersion(
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        patch == null ? 0 : Integer.parseInt(patch)));
    }

    /** {@code --json-status-fd}: says whether the program was started and how it ended. */
    boolean hasStatus() {
        return isAtLeast(0, 4);
    }

    /** {@code --clearenv} and {@code --perms}. */
    boolean hasClearEnvironment() {
        return isAtLeast(0, 5);
    }

    /** {@code --size} of a tmpfs. */
    boolean hasSize() {
        return isAtLeast(0, 7);
    }

    /** {@code --disable-userns}. */
    boolean hasDisableUserNamespaces() {
        return isAtLeast(0, 8);
    }

    /** {@code --argv0}. */
    boolean hasArgv0() {
        return isAtLeast(0, 9);
    }

    private boolean isAtLeast(int major, int minor) {
        return compareTo(new BubblewrapVersion(major, minor, 0)) >= 0;
    }

    @Override
    public int compareTo(BubblewrapVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
