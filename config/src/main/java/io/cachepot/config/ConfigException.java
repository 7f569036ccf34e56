package io.cachepot.config;

import java.util.List;

/**
 * Settings that cannot be used. The message is one line and names the first mistake only, in the
 * order in which a user would read the source.
 */
public final class ConfigException extends RuntimeException {
    private final List<Mistake> mistakes;

    /**
     * @param mistakes at least one, the first in front
     */
    public ConfigException(List<Mistake> mistakes) {
        super(mistakes.getFirst().toString());
        this.mistakes = List.copyOf(mistakes);
    }

    public ConfigException(Mistake mistake) {
        this(List.of(mistake));
    }

    /** All of them, the one of the message in front. */
    public List<Mistake> mistakes() {
        return mistakes;
    }
}
