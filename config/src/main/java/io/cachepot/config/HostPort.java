package io.cachepot.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An address to listen on or to connect to, not resolved; as text {@code host:port}, with brackets
 * around an IPv6 address.
 *
 * @param host a DNS name or an IP address, lower case, without brackets
 * @param port 0 to 65535; 0 lets the system choose where that makes sense
 */
public record HostPort(String host, int port) {
    /** What {@link #parse} takes, for an error message. */
    public static final String EXPECTED = "host:port";

    private static final Pattern FORM =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.]{2,45})]|([0-9A-Za-z_.-]{1,253})):(\\d{1,5})");
    private static final int PORT_MAX = 65_535;

    public HostPort {
        if (host.isEmpty() || port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException(
                    "is '"
                            + host
                            + "' and "
                            + port
                            + ", expected a host and a port of 0 to "
                            + PORT_MAX);
        }
        host = host.toLowerCase(Locale.ROOT);
    }

    /**
     * Reads {@code host:port}.
     *
     * @throws IllegalArgumentException if {@code text} is anything else
     */
    public static HostPort parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > PORT_MAX) {
            throw refused(text);
        }
        if (matcher.group(1) == null) {
            return new HostPort(matcher.group(2), Integer.parseInt(matcher.group(3)));
        }
        if (!isIpv6(matcher.group(1))) {
            throw refused(text);
        }
        return new HostPort(matcher.group(1), Integer.parseInt(matcher.group(3)));
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException("is '" + text + "', expected " + EXPECTED);
    }

    private static boolean isIpv6(String host) {
        try {
            return host.contains(":") && Inet6Address.ofLiteral(host).getAddress().length > 0;
        } catch (IllegalArgumentException _) { // the answer is no
            return false;
        }
    }

    /** Whether only this machine can reach it. A name other than {@code localhost} is not asked. */
    public boolean isLoopback() {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException _) { // a name, not an address
            return false;
        }
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
