package io.cachepot.config.source;

import io.cachepot.config.ConfigException;
import io.cachepot.config.Mistake;

/** Tells that a file is not what its format allows. */
final class Malformed {
    private Malformed() {}

    /** {@code <file>:<line>:<column>: is malformed <format>: <what>}. */
    static ConfigException at(Origin.InFile place, String format, String what) {
        return new ConfigException(
                new Mistake(place.toString(), "", "is malformed " + format + ": " + what));
    }
}
