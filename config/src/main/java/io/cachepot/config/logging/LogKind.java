package io.cachepot.config.logging;

import java.util.logging.Level;

/** Which of our programs writes a log; part of each line. */
public enum LogKind {
    SCHEDULER("dist scheduler"),
    WORKER("dist worker"),
    COORDINATOR("coordinator"),
    CLIENT("client");

    private final String label;

    LogKind(String label) {
        this.label = label;
    }

    /** As it stands in a line, {@code dist scheduler}. */
    public String label() {
        return label;
    }

    /** What is logged of our own code unless a filter says otherwise. */
    public Level defaultLevel() {
        return switch (this) {
            case SCHEDULER, WORKER -> Level.INFO;
            case COORDINATOR, CLIENT -> Level.WARNING;
        };
    }
}
