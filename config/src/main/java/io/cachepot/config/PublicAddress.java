package io.cachepot.config;

import java.net.URI;
import java.util.Optional;

/**
 * How others reach a node: {@code host:port}, or a URL if something in front of the node is reached
 * in another way than the node itself.
 *
 * @param scheme {@code http} or {@code https}; absent if only {@code host:port} was given
 * @param address its port is at least 1
 */
public record PublicAddress(Optional<String> scheme, HostPort address) {
    /** What {@link #parse} takes, for an error message. */
    public static final String EXPECTED = "host:port or an http or https URL without a path";

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    public PublicAddress {
        if (address.port() == 0) {
            throw new IllegalArgumentException(
                    "has port 0, expected the port that others connect to");
        }
    }

    /**
     * Reads either form.
     *
     * @throws IllegalArgumentException if {@code text} is neither
     */
    public static PublicAddress parse(String text) {
        if (!text.contains("://")) {
            return new PublicAddress(Optional.empty(), parseHostPort(text));
        }
        var uri = WebAddress.parseBase(text);
        int usualPort = uri.getScheme().equals("http") ? HTTP_PORT : HTTPS_PORT;
        int port = uri.getPort() < 0 ? usualPort : uri.getPort();
        return new PublicAddress(
                Optional.of(uri.getScheme()), new HostPort(withoutBrackets(uri.getHost()), port));
    }

    private static HostPort parseHostPort(String text) {
        try {
            return HostPort.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is '" + text + "', expected " + EXPECTED, e);
        }
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * As a URL with path {@code /}; {@code schemeIfAbsent} where only {@code host:port} was given.
     */
    public URI url(String schemeIfAbsent) {
        return WebAddress.base(scheme.orElse(schemeIfAbsent), address);
    }
}
