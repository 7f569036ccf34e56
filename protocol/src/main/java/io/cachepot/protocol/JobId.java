package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Names one job for ever: 128 random bits, so no scheduler need ask another for the next one; as
 * text 32 lower-case hex digits. Two longs, for a scheduler holds a hundred thousand of these.
 */
public record JobId(long high, long low) {
    private static final int DIGITS = 32;
    private static final HexFormat HEX = HexFormat.of();

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException unless {@code hex} is exactly 32 lower-case hex digits
     */
    @JsonCreator
    public JobId(String hex) {
        this(half(checked(hex), 0), half(hex, DIGITS / 2));
    }

    private static String checked(String hex) {
        boolean isHex =
                hex.length() == DIGITS
                        && hex.chars()
                                .allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
        check(isHex, "job id", hex, "32 lower-case hex digits");
        return hex;
    }

    private static long half(String hex, int from) {
        return HexFormat.fromHexDigitsToLong(hex, from, from + DIGITS / 2);
    }

    public static JobId random(SecureRandom random) {
        return new JobId(random.nextLong(), random.nextLong());
    }

    @JsonValue
    public String hex() {
        return HEX.toHexDigits(high) + HEX.toHexDigits(low);
    }

    @Override
    public String toString() {
        return hex();
    }
}
