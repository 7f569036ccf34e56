package io.cachepot.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Reads http and https addresses. Never quotes one that could hold a password. */
public final class WebAddress {
    /** What {@link #parseBase} takes, for an error message. */
    public static final String EXPECTED_BASE = "an http or https URL without a path";

    /** What {@link #parse} takes, for an error message. */
    public static final String EXPECTED = "an http or https URL";

    private WebAddress() {}

    /**
     * The address of a whole service, its path being {@code /}: {@code HTTP://Host:1} becomes
     * {@code http://host:1/}.
     *
     * @throws IllegalArgumentException if {@code text} is no such URL, or has a path, query,
     *     fragment or user in it
     */
    public static URI parseBase(String text) {
        var uri = parse(text, EXPECTED_BASE);
        if (!(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null) {
            throw refused(text, EXPECTED_BASE);
        }
        return base(uri.getScheme(), uri.getHost(), uri.getPort());
    }

    /**
     * An address with whatever path it has.
     *
     * @throws IllegalArgumentException if {@code text} is no such URL, or has a user in it
     */
    public static URI parse(String text) {
        return parse(text, EXPECTED);
    }

    private static URI parse(String text, String expected) {
        try {
            var uri = new URI(text);
            if (isWeb(uri) && uri.getPort() <= 65_535) {
                return uri;
            }
        } catch (URISyntaxException _) { // refused below; its message would quote the text
        }
        throw refused(text, expected);
    }

    private static IllegalArgumentException refused(String text, String expected) {
        var what =
                text.indexOf('@') >= 0
                        ? "has a user in it"
                        : "is '" + text.replaceFirst("[?#].*", "?...") + "'";
        return new IllegalArgumentException(what + ", expected " + expected);
    }

    /** The base address of {@code address}. */
    static URI base(String scheme, HostPort address) {
        return URI.create(scheme + "://" + address + "/");
    }

    private static URI base(String scheme, String host, int port) {
        return URI.create(
                (scheme + "://" + host + (port < 0 ? "" : ":" + port) + "/")
                        .toLowerCase(Locale.ROOT));
    }

    static boolean isWeb(URI uri) {
        return uri.getScheme() != null
                && uri.getScheme().toLowerCase(Locale.ROOT).matches("https?")
                && uri.getHost() != null
                && uri.getRawUserInfo() == null;
    }

    /** Whether {@link #parseBase} could have made {@code uri}. */
    static boolean isBase(URI uri) {
        return isWeb(uri) && uri.equals(base(uri.getScheme(), uri.getHost(), uri.getPort()));
    }
}
