package io.cachepot.node.scheduler;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Things that wait: each client's in the order they came, the clients by what they were given
 * (start-time fair queueing: Goyal, Vin and Cheng 1996). Who was given a thousand permits does not
 * hold up who asks for two, and a client of twice the weight gets twice as much while both wait.
 * Not safe for threads.
 */
final class FairQueue<T> {
    /** Lines of clients that do not wait now are kept for their debts up to this number. */
    private static final int IDLE_LINES_MAX = 256;

    private final Map<String, Line<T>> lines = new LinkedHashMap<>();

    /** How far those have come who were served: no newcomer starts behind it. */
    private double virtualTime;

    private int clients;
    private int size;

    /** What one client waits for, and up to when its share is used up. */
    private static final class Line<T> {
        private final ArrayDeque<T> waiting = new ArrayDeque<>();
        private double usedUpTo;
    }

    void add(String client, T waiting) {
        open(client).waiting.addLast(waiting);
        size++;
    }

    /** For one that was in front before, and got nothing. */
    void addFirst(String client, T waiting) {
        open(client).waiting.addFirst(waiting);
        size++;
    }

    private Line<T> open(String client) {
        Line<T> line = lines.computeIfAbsent(client, _ -> new Line<>());
        if (line.waiting.isEmpty()) {
            clients++;
        }
        return line;
    }

    /** Whether it waited. */
    boolean remove(String client, T waiting) {
        Line<T> line = lines.get(client);
        if (line == null || !line.waiting.remove(waiting)) {
            return false;
        }
        size--;
        if (line.waiting.isEmpty()) {
            clients--;
            forgetPaidLines();
        }
        return true;
    }

    /** A line without debt says nothing that a new one would not. */
    private void forgetPaidLines() {
        if (lines.size() - clients > IDLE_LINES_MAX) {
            lines.values().removeIf(line -> line.waiting.isEmpty() && line.usedUpTo <= virtualTime);
        }
        if (lines.size() - clients > 2 * IDLE_LINES_MAX) {
            lines.values().removeIf(line -> line.waiting.isEmpty());
        }
    }

    /** Whose turn it is; null when nobody waits. */
    @Nullable T peek() {
        Line<T> next = next();
        return next == null ? null : next.waiting.peekFirst();
    }

    private @Nullable Line<T> next() {
        Line<T> next = null;
        for (Line<T> line : lines.values()) {
            if (!line.waiting.isEmpty() && (next == null || start(line) < start(next))) {
                next = line;
            }
        }
        return next;
    }

    private double start(Line<T> line) {
        return Math.max(virtualTime, line.usedUpTo);
    }

    /**
     * Puts {@code permits} on the account of {@code client}, which waits.
     *
     * @param weight its share against that of others; above 0
     */
    void charge(String client, int permits, double weight) {
        Line<T> line = lines.get(client);
        if (line != null) {
            virtualTime = start(line);
            line.usedUpTo = virtualTime + permits / weight;
        }
    }

    /** How many wait of one client. */
    int size(String client) {
        Line<T> line = lines.get(client);
        return line == null ? 0 : line.waiting.size();
    }

    /** How many clients wait. */
    int clients() {
        return clients;
    }

    int size() {
        return size;
    }

    /** The first one of each client. */
    Iterable<T> fronts() {
        return lines.values().stream().flatMap(line -> line.waiting.stream().limit(1)).toList();
    }

    /** Every one that waits, in no order that matters. */
    Iterable<T> all() {
        return lines.values().stream().flatMap(line -> line.waiting.stream()).toList();
    }
}
