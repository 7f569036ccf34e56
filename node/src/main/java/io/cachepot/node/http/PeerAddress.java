package io.cachepot.node.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Who counts as one peer where peers are counted. */
final class PeerAddress {
    /** RFC 4291, 2.5.4: the rest is the host's own to choose. */
    private static final int IPV6_NETWORK_BYTES = 8;

    private PeerAddress() {}

    /**
     * The same for all addresses that one machine can take by itself: an address of IPv4, the first
     * 64 bits of one of IPv6.
     */
    static InetAddress counted(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, IPV6_NETWORK_BYTES, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }
}
