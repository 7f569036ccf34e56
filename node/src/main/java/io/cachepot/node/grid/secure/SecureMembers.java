package io.cachepot.node.grid.secure;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.HazelcastInstanceFactory;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.instance.impl.NodeExtension;
import java.util.Optional;

/** Starts members of the grid. */
public final class SecureMembers {
    private SecureMembers() {}

    /** With mutual TLS, or in the open when there is nothing to speak it with. */
    public static HazelcastInstance start(Config config, Optional<MemberTls> tls) {
        return tls.map(each ->
                        HazelcastInstanceFactory.newHazelcastInstance(
                                config, config.getInstanceName(), new Context(each)))
                .orElseGet(() -> Hazelcast.newHazelcastInstance(config));
    }

    private static final class Context extends DefaultNodeContext {
        private final MemberTls tls;

        Context(MemberTls tls) {
            this.tls = tls;
        }

        @Override
        public NodeExtension createNodeExtension(Node node) {
            return new SecureNodeExtension(node, tls);
        }
    }
}
