package io.cachepot.config;

import java.util.Base64;
import java.util.List;

/**
 * How a scheduler knows its workers: table {@code worker_auth}, also called {@code server_auth}.
 */
public sealed interface WorkerAuth {
    /** Anybody may be a worker, and so see all that is compiled and answer what they like. */
    @Key("DANGEROUSLY_INSECURE")
    record Insecure() implements WorkerAuth {}

    /**
     * Each worker shows its own JWT, signed with one key (HS256 of RFC 7518).
     *
     * @param secretKey 32 bytes as base64url without padding, 43 characters
     * @param revoked tokens that are good no more: ids of tokens, or {@code host:port} of workers,
     *     which means all of that worker's
     */
    @Key("jwt_hs256")
    record JwtHs256(Secret secretKey, List<String> revoked) implements WorkerAuth {
        public static final int KEY_BYTES = 32;

        /** With no token revoked. */
        public JwtHs256(Secret secretKey) {
            this(secretKey, List.of());
        }

        public JwtHs256 {
            revoked = List.copyOf(revoked);
            if (!isKey(secretKey)) {
                new Checks()
                        .wrong(
                                "secret_key",
                                "is not a key, expected 32 bytes as base64url without padding, as"
                                        + " `cachepot-dist auth generate-jwt-hs256-key` prints")
                        .verify();
            }
        }

        private static boolean isKey(Secret secretKey) {
            try {
                return !secretKey.reveal().endsWith("=") && decode(secretKey).length == KEY_BYTES;
            } catch (IllegalArgumentException _) { // not base64url, which is the answer
                return false;
            }
        }

        private static byte[] decode(Secret secretKey) {
            return Base64.getUrlDecoder().decode(secretKey.reveal());
        }

        /** The {@value #KEY_BYTES} bytes; the caller's to keep from logs. */
        public byte[] keyBytes() {
            return decode(secretKey);
        }
    }

    /**
     * All workers show the same token.
     *
     * @param token as in each worker's {@code scheduler_auth}
     */
    @Key("token")
    record Token(Secret token) implements WorkerAuth {
        public Token {
            new Checks().notEmpty("token", token).verify();
        }
    }
}
