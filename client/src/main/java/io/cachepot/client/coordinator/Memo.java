package io.cachepot.client.coordinator;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What takes a while to find out, found out once for each key: the first of many compiles asks, the
 * others wait for it. An answer counts as long as it is good.
 */
final class Memo<K, V> {
    private final int entriesMax;
    private final Check<V> check;
    private final Map<K, V> entries = new ConcurrentHashMap<>();
    private final Map<K, ReentrantLock> locks = new ConcurrentHashMap<>();

    /**
     * @param entriesMax with one more, all are forgotten
     * @param check whether an answer still is right
     */
    Memo(int entriesMax, Check<V> check) {
        this.entriesMax = entriesMax;
        this.check = check;
    }

    @FunctionalInterface
    interface Check<V> {
        boolean isGood(V value) throws IOException;
    }

    @FunctionalInterface
    interface Question<V> {
        V ask() throws IOException, InterruptedException;
    }

    V get(K key, Question<V> question) throws IOException, InterruptedException {
        V known = entries.get(key);
        if (known != null && check.isGood(known)) {
            return known;
        }
        var lock = locks.computeIfAbsent(key, _ -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            V latest = entries.get(key);
            if (latest == null || !check.isGood(latest)) {
                latest = question.ask();
                remember(key, latest);
            }
            return latest;
        } finally {
            lock.unlock();
        }
    }

    private void remember(K key, V value) {
        if (entries.size() >= entriesMax) {
            entries.clear();
            locks.clear();
        }
        entries.put(key, value);
    }
}
