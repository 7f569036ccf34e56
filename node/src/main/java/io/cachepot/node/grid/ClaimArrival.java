package io.cachepot.node.grid;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Makes a worker the one that receives a toolchain, unless another one is; gives who it is. */
final class ClaimArrival extends GridValue implements EntryProcessor<String, String, String> {
    private static final long serialVersionUID = 1L;

    /** A worker that receives claims again every ten seconds. */
    private static final long CLAIM_SECONDS = 30;

    private String worker = "";
    private String gone = "";

    /** For the factory. */
    ClaimArrival() {
        super(GridFactory.CLAIM_ARRIVAL);
    }

    /**
     * @param gone one that does not count; empty for none
     */
    ClaimArrival(String worker, String gone) {
        this();
        this.worker = worker;
        this.gone = gone;
    }

    @Override
    public String process(Map.Entry<String, String> slot) {
        String receiver = slot.getValue();
        if (receiver != null && !receiver.equals(worker) && !receiver.equals(gone)) {
            return receiver;
        }
        ((ExtendedMapEntry<String, String>) slot).setValue(worker, CLAIM_SECONDS, TimeUnit.SECONDS);
        return worker;
    }

    @Override
    void write(ObjectDataOutput out) throws IOException {
        out.writeString(worker);
        out.writeString(gone);
    }

    @Override
    void read(ObjectDataInput in) throws IOException {
        worker = Texts.read(in);
        gone = Texts.read(in);
    }
}
