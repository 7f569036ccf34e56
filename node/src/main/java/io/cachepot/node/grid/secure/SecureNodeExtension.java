package io.cachepot.node.grid.secure;

import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeExtension;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.cluster.impl.JoinMessage;
import com.hazelcast.internal.networking.ChannelInitializer;
import com.hazelcast.internal.networking.InboundHandler;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.ServerContext;
import com.hazelcast.internal.server.tcp.PacketDecoder;
import java.util.Optional;
import java.util.function.Function;

/** A member that speaks with those alone who have a certificate, as far as its role allows. */
final class SecureNodeExtension extends DefaultNodeExtension {
    private final MemberOnly members;

    SecureNodeExtension(Node node, MemberTls tls) {
        super(node);
        members = new MemberOnly(tls);
    }

    @Override
    public Function<EndpointQualifier, ChannelInitializer> createChannelInitializerFn(
            ServerContext context) {
        var stock = super.createChannelInitializerFn(context);
        return qualifier -> members.around(stock.apply(qualifier));
    }

    @Override
    @SuppressWarnings("rawtypes")
    public InboundHandler[] createInboundHandlers(
            EndpointQualifier qualifier, ServerConnection connection, ServerContext context) {
        return new InboundHandler[] {
            new PacketDecoder(
                    connection, new PacketFilter(node.getNodeEngine().getPacketDispatcher()))
        };
    }

    /** On the master, before a member is let in. */
    @Override
    public void validateJoinRequest(JoinMessage message) {
        super.validateJoinRequest(message);
        Optional<Peer> peer =
                Optional.ofNullable(
                                node.getServer()
                                        .getConnectionManager(EndpointQualifier.MEMBER)
                                        .get(message.getAddress()))
                        .flatMap(PacketFilter::peer);
        if (peer.isEmpty()) {
            throw new SecurityException("a member without a certificate asked to join");
        }
        if (peer.get().role() == MemberRole.WORKER && !message.isLiteMember()) {
            throw new SecurityException(
                    "certificate '"
                            + peer.get().name()
                            + "' is a worker's and asked to join as a scheduler");
        }
    }

    @Override
    public void shutdown() {
        super.shutdown();
        members.close();
    }
}
