package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingEntry;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import org.jspecify.annotations.Nullable;

/**
 * What stays of an entry when two halves of a grid meet again. Never null while one side has it:
 * the backups would keep what the owner dropped.
 */
abstract class MergePolicy<V extends GridValue> extends GridValue
        implements SplitBrainMergePolicy<V, MergingEntry<Object, V>, Object> {
    MergePolicy(int classId) {
        super(classId);
    }

    @Override
    public final Object merge(
            MergingEntry<Object, V> merging, @Nullable MergingEntry<Object, V> existing) {
        V newcomer = merging.getDeserializedValue();
        V here = existing == null ? null : existing.getDeserializedValue();
        return here == null ? newcomer : merged(newcomer, here);
    }

    abstract V merged(V newcomer, V here);

    @Override
    final void write(ObjectDataOutput out) {}

    @Override
    final void read(ObjectDataInput in) {}
}
