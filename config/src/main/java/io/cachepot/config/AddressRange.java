package io.cachepot.config;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Some neighbouring IP addresses: {@code 10.1.2.3}, {@code 10.0.0.0/8}, {@code fd00::/8}.
 *
 * @param first one of them
 * @param prefixBits how many bits all of them share
 */
public record AddressRange(InetAddress first, int prefixBits) {
    public static final String EXPECTED = "an IP address, or a range of them like 10.0.0.0/8";

    /**
     * Reads the text form; names of hosts are none.
     *
     * @throws IllegalArgumentException when {@code text} is no range
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        // 10.1 is 10.0.0.1 to some, and a mistake.
        if (literal.indexOf(':') < 0 && !literal.matches("\\d+(\\.\\d+){3}")) {
            throw new IllegalArgumentException("address is '" + literal + "'");
        }
        InetAddress address = InetAddress.ofLiteral(literal);
        int bits = 8 * address.getAddress().length;
        int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("prefix is " + prefix + ", expected 0 to " + bits);
        }
        return new AddressRange(address, prefix);
    }

    public boolean contains(InetAddress address) {
        byte[] mine = first.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        int whole = prefixBits / 8;
        int mask = 0xff00 >> (prefixBits % 8) & 0xff;
        return Arrays.equals(mine, 0, whole, other, 0, whole)
                && (mask == 0 || (mine[whole] & mask) == (other[whole] & mask));
    }

    /** Whether one of {@code ranges} contains {@code address}. */
    public static boolean isInAny(List<AddressRange> ranges, InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    @Override
    public String toString() {
        return first.getHostAddress() + "/" + prefixBits;
    }
}
