package io.cachepot.protocol.http;

/** Header names and media types. */
public final class Headers {
    /** Version of the messages, see {@code ProtocolVersion}. */
    public static final String PROTOCOL = "Cachepot-Protocol";

    /**
     * Which trace a request belongs to, for logs; at most 64 characters of {@code [A-Za-z0-9-]}.
     */
    public static final String TRACE = "Cachepot-Trace";

    public static final String AUTHORIZATION = "Authorization";
    public static final String BEARER = "Bearer ";
    public static final String JSON = "application/json";

    /** A part stream, see {@code PartStreamWriter}. */
    public static final String PARTS = "application/vnd.cachepot.parts";

    /** Raw bytes of an archive. */
    public static final String OCTETS = "application/octet-stream";

    private Headers() {}
}
