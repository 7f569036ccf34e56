package io.cachepot.client.key;

import io.cachepot.client.include.Inputs;
import io.cachepot.protocol.Digest;
import java.util.ArrayList;
import java.util.List;

/**
 * What compiles with one direct key read, newest first: the same source under the same command may
 * meet other headers tomorrow.
 *
 * @param entries at most {@link #ENTRIES_MAX}
 */
public record Manifest(List<Entry> entries) {
    static final int ENTRIES_MAX = 8;

    public static final Manifest EMPTY = new Manifest(List.of());

    public Manifest {
        entries = List.copyOf(entries);
    }

    /**
     * One set of inputs.
     *
     * @param isDirect whether these inputs alone prove a hit; if not, the dependency list must be
     *     made anew
     * @param result key of what came of them
     */
    public record Entry(Inputs inputs, boolean isDirect, Digest result) {}

    /** With {@code entry} in front; an older one for the same result goes. */
    public Manifest with(Entry entry) {
        var kept = new ArrayList<Entry>();
        kept.add(entry);
        for (Entry old : entries) {
            if (!old.result().equals(entry.result()) && kept.size() < ENTRIES_MAX) {
                kept.add(old);
            }
        }
        return new Manifest(kept);
    }
}
