package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;

/** One start of a scheduler: where it is, and the public key of its job tokens. */
final class SchedulerValue extends GridValue {
    private String url = "";
    private String tokenKey = "";
    private String member = "";
    private long term;

    /** For the factory. */
    SchedulerValue() {
        super(GridFactory.SCHEDULER);
    }

    SchedulerValue(String url, String tokenKey, String member, long term) {
        this();
        this.url = url;
        this.tokenKey = tokenKey;
        this.member = member;
        this.term = term;
    }

    String url() {
        return url;
    }

    String tokenKey() {
        return tokenKey;
    }

    /** UUID of its member, which changes when it merges into another grid. */
    String member() {
        return member;
    }

    /** The cluster's, when the scheduler started or last merged. */
    long term() {
        return term;
    }

    @Override
    void write(ObjectDataOutput out) throws IOException {
        out.writeString(url);
        out.writeString(tokenKey);
        out.writeString(member);
        out.writeLong(term);
    }

    @Override
    void read(ObjectDataInput in) throws IOException {
        url = Texts.read(in);
        tokenKey = Texts.read(in);
        member = Texts.read(in);
        term = in.readLong();
    }
}
