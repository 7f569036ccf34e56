package io.cachepot.protocol;

/** How far a job has come; the last two are for ever. */
public enum JobState {
    GRANTED,
    STARTED,
    COMPLETE,
    LOST;

    public boolean isTerminal() {
        return this == COMPLETE || this == LOST;
    }
}
