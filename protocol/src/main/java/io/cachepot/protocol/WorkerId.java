package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.function.IntPredicate;

/**
 * Names a worker: the {@code host:port} at which clients reach it, as written in its token; an IPv6
 * host stands in brackets.
 */
public record WorkerId(@JsonValue String address) {
    private static final int NAME_CHARS_MAX = 253;
    private static final int IPV6_CHARS_MAX = 64;
    private static final int PORT_DIGITS_MAX = 5;

    @JsonCreator
    public WorkerId {
        check(isHostPort(address), "worker", address, "host:port");
    }

    /**
     * By hand: each entry of the grid that is read has some, and a pattern takes ten times as long.
     */
    private static boolean isHostPort(String address) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, Math.max(0, colon));
        String port = address.substring(colon + 1);
        return isAll(port, 1, PORT_DIGITS_MAX, WorkerId::isDigit)
                && (host.startsWith("[")
                        ? host.endsWith("]") && isIpv6(host.substring(1, host.length() - 1))
                        : isAll(
                                host,
                                1,
                                NAME_CHARS_MAX,
                                c -> isAlphanumeric(c) || "._-".indexOf(c) >= 0));
    }

    private static boolean isIpv6(String host) {
        return isAll(
                host,
                2,
                IPV6_CHARS_MAX,
                c ->
                        isDigit(c)
                                || (c >= 'a' && c <= 'f')
                                || (c >= 'A' && c <= 'F')
                                || ":.%".indexOf(c) >= 0);
    }

    private static boolean isAll(String text, int min, int max, IntPredicate isGood) {
        return text.length() >= min && text.length() <= max && text.chars().allMatch(isGood);
    }

    private static boolean isAlphanumeric(int c) {
        return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    @Override
    public String toString() {
        return address;
    }
}
