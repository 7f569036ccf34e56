package io.cachepot.config.source;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What reading a setting gave. A mistake is noted at once and carried on as {@link Failed}, so that
 * one load sees all mistakes and can tell the first.
 */
sealed interface Read<T> {
    record Given<T>(T value) implements Read<T> {}

    /**
     * Nobody said anything.
     *
     * @param expected what should have been said
     */
    record Absent<T>(TableReader table, String key, String expected) implements Read<T> {}

    /** The mistake is noted. */
    record Failed<T>() implements Read<T> {}

    /** Thrown by {@link #get} and caught by {@link TableReader#build}; never seen outside. */
    final class NotGivenException extends RuntimeException {
        NotGivenException() {
            super("its mistake is noted", null, false, false);
        }
    }

    /** The value, for use in {@link TableReader#build} alone. */
    default T get() {
        return switch (this) {
            case Given<T>(var value) -> value;
            case Absent<T> _, Failed<T> _ -> throw new NotGivenException();
        };
    }

    /**
     * With a default. A value that is wrong becomes the default too: its mistake is noted already.
     */
    default Read<T> or(T ifAbsent) {
        return or(() -> ifAbsent);
    }

    default Read<T> or(Supplier<T> ifAbsent) {
        return switch (this) {
            case Given<T> given -> given;
            case Absent<T> _, Failed<T> _ -> new Given<>(ifAbsent.get());
        };
    }

    /** As a setting that may be left out. */
    default Read<Optional<T>> optional() {
        return switch (this) {
            case Given<T>(var value) -> new Given<>(Optional.of(value));
            case Absent<T> _, Failed<T> _ -> new Given<>(Optional.empty());
        };
    }

    /** Notes a mistake if nobody said anything. */
    default Read<T> required() {
        if (this instanceof Absent<T>(var table, var key, var expected)) {
            table.missing(key, expected);
            return new Failed<>();
        }
        return this;
    }

    default <U> Read<U> then(Function<T, Read<U>> next) {
        return switch (this) {
            case Given<T>(var value) -> next.apply(value);
            case Absent<T>(var table, var key, var expected) -> new Absent<>(table, key, expected);
            case Failed<T> _ -> new Failed<>();
        };
    }
}
