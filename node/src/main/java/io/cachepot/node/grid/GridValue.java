package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;

/** What travels over the grid: a version byte first, then its fields. */
abstract class GridValue implements IdentifiedDataSerializable {
    private static final int VERSION = 1;

    private final int classId;

    GridValue(int classId) {
        this.classId = classId;
    }

    @Override
    public final int getFactoryId() {
        return GridFactory.ID;
    }

    @Override
    public final int getClassId() {
        return classId;
    }

    @Override
    public final void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(VERSION);
        write(out);
    }

    @Override
    public final void readData(ObjectDataInput in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException(
                    getClass().getSimpleName()
                            + " has version "
                            + version
                            + ", expected "
                            + VERSION
                            + "; run one release in a cluster");
        }
        read(in);
    }

    abstract void write(ObjectDataOutput out) throws IOException;

    abstract void read(ObjectDataInput in) throws IOException;
}
