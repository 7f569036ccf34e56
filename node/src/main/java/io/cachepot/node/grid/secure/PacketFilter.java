package io.cachepot.node.grid.secure;

import static java.lang.System.Logger.Level.WARNING;

import com.hazelcast.internal.nio.Packet;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.tcp.TcpServerConnection;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a worker may say to other members: what being a member takes, and nothing about data. It
 * looks at the packet's bytes, before anything of it is deserialized.
 */
final class PacketFilter implements Consumer<Packet> {
    private static final System.Logger LOG = System.getLogger(PacketFilter.class.getName());

    /** Of {@code IdentifiedDataSerializable}: type, flags, factory, class. */
    private static final int DATA_SERIALIZABLE = -2;

    private static final int TYPE_AT = 4;
    private static final int FLAGS_AT = 8;
    private static final int FACTORY_AT = 9;
    private static final int CLASS_AT = 13;
    private static final int BYTES_MIN = 17;

    /**
     * Factories of Hazelcast's, and their classes that are refused all the same: 0 is membership,
     * -1 calls and answers (without backups, registrations, events and proxies), -2 the partition
     * table (without replicas and migrations).
     */
    private static final Map<Integer, Set<Integer>> REFUSED =
            Map.of(
                    0, Set.of(),
                    -1, Set.of(1, 3, 5, 12, 13, 14, 15),
                    -2, Set.of(9, 10, 11, 16, 25));

    private final Consumer<Packet> dispatcher;

    PacketFilter(Consumer<Packet> dispatcher) {
        this.dispatcher = dispatcher;
    }

    @Override
    public void accept(Packet packet) {
        Optional<Peer> peer = peer(packet.getConn());
        if (peer.isPresent() && (peer.get().role() == MemberRole.SCHEDULER || isAllowed(packet))) {
            dispatcher.accept(packet);
            return;
        }
        LOG.log(
                WARNING,
                "dropped what a worker may not say: peer={0} packet={1}",
                peer.map(Peer::name).orElse("unknown"),
                describe(packet));
    }

    static Optional<Peer> peer(ServerConnection connection) {
        return connection instanceof TcpServerConnection tcp
                ? Optional.ofNullable((Peer) tcp.getChannel().attributeMap().get(Peer.class))
                : Optional.empty();
    }

    private static boolean isAllowed(Packet packet) {
        return switch (packet.getPacketType()) {
            case SERVER_CONTROL -> true;
            case OPERATION -> packet.totalSize() >= BYTES_MIN && isAllowed(packet.toByteArray());
            default -> false;
        };
    }

    private static boolean isAllowed(byte[] payload) {
        var bytes = ByteBuffer.wrap(payload);
        if (bytes.getInt(TYPE_AT) != DATA_SERIALIZABLE || (bytes.get(FLAGS_AT) & 1) == 0) {
            return false;
        }
        Set<Integer> refused = REFUSED.get(bytes.getInt(FACTORY_AT));
        return refused != null && !refused.contains(bytes.getInt(CLASS_AT));
    }

    private static String describe(Packet packet) {
        if (packet.totalSize() < BYTES_MIN) {
            return packet.getPacketType() + " of " + packet.totalSize() + " bytes";
        }
        var bytes = ByteBuffer.wrap(packet.toByteArray());
        return packet.getPacketType()
                + " "
                + bytes.getInt(FACTORY_AT)
                + ":"
                + bytes.getInt(CLASS_AT);
    }
}
