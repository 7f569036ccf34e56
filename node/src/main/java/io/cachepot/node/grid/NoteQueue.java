package io.cachepot.node.grid;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Notes for a map of the grid, collected and written together several times a second: what changes
 * three times meanwhile costs one write. Safe for threads.
 */
final class NoteQueue<R> {
    /** More than this wait to be written only while the grid does not answer; they are dropped. */
    private static final int NOTES_MAX = 50_000;

    private final String what;
    private final BinaryOperator<R> merge;
    private final Object lock = new Object();

    /** Guarded by {@code lock}. */
    private Map<String, R> notes = new HashMap<>();

    /**
     * @param what they are, for messages
     * @param merge of two notes of one key, the earlier one first
     */
    NoteQueue(String what, BinaryOperator<R> merge) {
        this.what = what;
        this.merge = merge;
    }

    void add(String key, R note) {
        synchronized (lock) {
            if (notes.size() < NOTES_MAX) {
                notes.merge(key, note, merge);
            }
        }
    }

    /** What waits to be written. */
    Optional<R> find(String key) {
        synchronized (lock) {
            return Optional.ofNullable(notes.get(key));
        }
    }

    /**
     * Writes what was noted, and waits for it; called by one thread.
     *
     * @param partition where the entry of a key is: a step of many entries is sent to each
     *     partition as a whole
     * @param write of the notes of one partition
     * @throws io.cachepot.node.scheduler.UnavailableException when it is lost, for the grid does
     *     not answer
     */
    void flush(
            ToIntFunction<String> partition, Function<Map<String, R>, CompletionStage<?>> write) {
        Map<String, R> taken;
        synchronized (lock) {
            if (notes.isEmpty()) {
                return;
            }
            taken = notes;
            notes = new HashMap<>();
        }
        Calls.await(
                taken.size() + " notes of " + what,
                () ->
                        CompletableFuture.allOf(
                                byPartition(taken, partition).stream()
                                        .map(part -> write.apply(part).toCompletableFuture())
                                        .toArray(CompletableFuture<?>[]::new)));
    }

    private static <R> Collection<Map<String, R>> byPartition(
            Map<String, R> notes, ToIntFunction<String> partition) {
        var parts = new HashMap<Integer, Map<String, R>>();
        notes.forEach((key, note) ->
                parts.computeIfAbsent(partition.applyAsInt(key), _ -> new HashMap<>())
                        .put(key, note));
        return parts.values();
    }
}
