package io.cachepot.node.cache;

import io.cachepot.protocol.CacheDetails;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Which keys are kept, how large each is and in what order they were used; a pinned one is never
 * given up. A pure value without files behind it, and not safe for threads: its owner guards it.
 */
public final class LeastRecentlyUsed<K> {
    /** In access order, the least recently used first. */
    private final LinkedHashMap<K, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;
    private long hits;
    private long misses;
    private long evictions;

    private static final class Entry {
        private long bytes;
        private int pins;
    }

    /** Adds {@code key} as the one used last, or tells its new size; its pins stay. */
    public void put(K key, long sizeBytes) {
        Entry entry = entries.computeIfAbsent(key, _ -> new Entry());
        bytes += sizeBytes - entry.bytes;
        entry.bytes = sizeBytes;
    }

    /** Gives {@code key} up, unless it is not there. */
    public void remove(K key) {
        Entry entry = entries.remove(key);
        bytes -= entry == null ? 0 : entry.bytes;
    }

    /** Whether it is kept; not a use of it. */
    public boolean contains(K key) {
        return entries.containsKey(key);
    }

    /** Keeps {@code key} until as many calls of {@link #unpin}; false when it is not there. */
    public boolean pin(K key) {
        Entry entry = entries.get(key);
        if (entry == null) {
            misses++;
            return false;
        }
        hits++;
        entry.pins++;
        return true;
    }

    /** Undoes one {@link #pin}. */
    public void unpin(K key) {
        Entry entry = entries.get(key);
        if (entry == null || entry.pins == 0) {
            throw new IllegalStateException(key + " is not pinned");
        }
        entry.pins--;
    }

    /**
     * Gives up the least recently used that are not pinned, until at most {@code bytesMax} are left
     * or all that is left is pinned.
     *
     * @return those given up, whose content the caller removes
     */
    public List<K> evict(long bytesMax) {
        var evicted = new ArrayList<K>();
        var iterator = entries.entrySet().iterator();
        while (bytes > bytesMax && iterator.hasNext()) {
            var candidate = iterator.next();
            if (candidate.getValue().pins == 0) {
                iterator.remove();
                bytes -= candidate.getValue().bytes;
                evicted.add(candidate.getKey());
            }
        }
        evictions += evicted.size();
        return evicted;
    }

    /**
     * How it was used: each {@link #pin} is a hit or a miss.
     *
     * @param kind what it holds, as {@link CacheDetails} names it
     * @param bytesMax what its owner lets it take
     */
    public CacheDetails details(String kind, long bytesMax) {
        return new CacheDetails(kind, bytes, bytesMax, hits, misses, evictions);
    }

    /** Of all that is kept. */
    public long bytes() {
        return bytes;
    }

    /** The least recently used first; a copy. */
    public List<K> keys() {
        return List.copyOf(entries.keySet());
    }
}
