package io.cachepot.protocol;

/** How urgent a client's jobs are; each step is worth four times the share of the one below. */
public enum Priority {
    LOW,
    NORMAL,
    HIGH
}
