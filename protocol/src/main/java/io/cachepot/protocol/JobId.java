package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Names one job for ever: 128 random bits as 32 lower-case hex digits, so no scheduler need ask
 * another for the next one.
 */
public record JobId(@JsonValue String hex) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");

    @JsonCreator
    public JobId {
        check(HEX.matcher(hex).matches(), "job id", hex, "32 lower-case hex digits");
    }

    public static JobId random(SecureRandom random) {
        byte[] bits = new byte[16];
        random.nextBytes(bits);
        return new JobId(HexFormat.of().formatHex(bits));
    }

    @Override
    public String toString() {
        return hex;
    }
}
