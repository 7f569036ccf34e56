package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;

/** One start of a scheduler: where it is, and the public key of its job tokens. */
final class SchedulerValue extends GridValue {
    private String url = "";
    private String tokenKey = "";
    private String member = "";

    /** For the factory. */
    SchedulerValue() {
        super(GridFactory.SCHEDULER);
    }

    SchedulerValue(String url, String tokenKey, String member) {
        this();
        this.url = url;
        this.tokenKey = tokenKey;
        this.member = member;
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

    @Override
    void write(ObjectDataOutput out) throws IOException {
        out.writeString(url);
        out.writeString(tokenKey);
        out.writeString(member);
    }

    @Override
    void read(ObjectDataInput in) throws IOException {
        url = Texts.read(in);
        tokenKey = Texts.read(in);
        member = Texts.read(in);
    }
}
