package io.cachepot.client.dist;

import io.cachepot.protocol.ErrorBody;
import io.cachepot.protocol.ProtocolVersion;
import io.cachepot.protocol.http.Headers;
import io.cachepot.protocol.wire.Json;
import io.cachepot.protocol.wire.WireException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.Optional;

/** Checks what is alike in every HTTP answer: status and protocol version. */
final class Answers {
    private static final int ERROR_BYTES_MAX = 128 << 10;

    private Answers() {}

    static void check(String who, HttpResponse<InputStream> response)
            throws DistException, IOException {
        check(who, response.statusCode(), protocol(response), response.body());
    }

    private static Optional<String> protocol(HttpResponse<?> response) {
        return response.headers().firstValue(Headers.PROTOCOL);
    }

    /**
     * Passes a 2xx of our protocol.
     *
     * @param protocol the version that the peer says it speaks, if it says one
     * @throws RefusedException with the peer's own words for a 4xx
     * @throws DistException for anything else
     */
    static void check(String who, int status, Optional<String> protocol, InputStream body)
            throws DistException, IOException {
        if (status / 100 != 2) {
            String message = who + " answered " + status + ": " + description(body);
            throw status / 100 == 4 ? new RefusedException(message) : new DistException(message);
        }
        if (protocol.isEmpty()) {
            throw new DistException(
                    who
                            + " does not speak the cachepot protocol (no header "
                            + Headers.PROTOCOL
                            + ")");
        }
        Optional<String> refusal = ProtocolVersion.refusal(who, protocol.get());
        if (refusal.isPresent()) {
            throw new DistException(refusal.get());
        }
    }

    private static String description(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(ERROR_BYTES_MAX);
        try {
            return Json.decode(bytes, ErrorBody.class).description();
        } catch (WireException _) {
            return "(no description)";
        }
    }

    /** The whole body as one message. */
    static <T> T read(String who, HttpResponse<InputStream> response, Class<T> type)
            throws DistException, IOException {
        try (InputStream body = response.body()) {
            return read(who, response.statusCode(), protocol(response), body, type);
        }
    }

    /** The whole body as one message. */
    static <T> T read(
            String who, int status, Optional<String> protocol, InputStream body, Class<T> type)
            throws DistException, IOException {
        try {
            check(who, status, protocol, body);
            return Json.decode(body.readNBytes(Json.BYTES_MAX), type);
        } catch (WireException e) {
            throw new DistException(who + ": " + e.getMessage(), e);
        }
    }
}
