package io.cachepot.protocol;

import java.util.Optional;

/**
 * The version of all messages, sent in the header {@code Cachepot-Protocol} of each request and
 * answer and in the first bytes of each stream. A peer that hears one it does not know says so and
 * names the one it speaks.
 */
public final class ProtocolVersion {
    public static final int CURRENT = 1;

    private ProtocolVersion() {}

    /**
     * Empty when {@code version} can be spoken with, else a sentence that says what is wrong and
     * what to do.
     *
     * @param who the peer that sent it, for the sentence
     */
    public static Optional<String> refusal(String who, String version) {
        if (version.equals(Integer.toString(CURRENT))) {
            return Optional.empty();
        }
        String shown = version.length() <= 20 ? version : version.substring(0, 20) + "...";
        return Optional.of(
                who
                        + " speaks protocol version '"
                        + shown
                        + "', expected "
                        + CURRENT
                        + "; install the same release of cachepot on both sides");
    }
}
