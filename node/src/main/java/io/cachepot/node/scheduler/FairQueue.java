package io.cachepot.node.scheduler;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Things that wait, each client's in the order they came, the clients in turn: one with a thousand
 * compiles does not hold up one with two. Not safe for threads.
 */
final class FairQueue<T> {
    /** The client whose turn is next comes first. */
    private final Map<String, ArrayDeque<T>> byClient = new LinkedHashMap<>();

    private int size;

    void add(String client, T waiting) {
        byClient.computeIfAbsent(client, _ -> new ArrayDeque<>()).addLast(waiting);
        size++;
    }

    /** Whether it waited. */
    boolean remove(String client, T waiting) {
        ArrayDeque<T> queue = byClient.get(client);
        if (queue == null || !queue.remove(waiting)) {
            return false;
        }
        size--;
        if (queue.isEmpty()) {
            byClient.remove(client);
        }
        return true;
    }

    /** Whose turn it is; null when nobody waits. */
    @Nullable T peek() {
        return byClient.isEmpty() ? null : byClient.values().iterator().next().peekFirst();
    }

    /** Takes out what {@link #peek} shows; its client goes to the end of the line. */
    void pass() {
        var first = byClient.entrySet().iterator().next();
        byClient.remove(first.getKey());
        first.getValue().removeFirst();
        size--;
        if (!first.getValue().isEmpty()) {
            byClient.put(first.getKey(), first.getValue());
        }
    }

    int clients() {
        return byClient.size();
    }

    int size() {
        return size;
    }
}
