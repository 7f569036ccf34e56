package io.cachepot.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
    /** FIPS 180-4, the example of one block. */
    private static final String OF_ABC =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void isSha256() {
        assertThat(Digest.of("abc".getBytes(StandardCharsets.US_ASCII)).hex()).isEqualTo(OF_ABC);
    }

    @Test
    void goesThroughBytesAndHex() {
        // Given
        Digest digest = Digest.fromHex(OF_ABC);

        // Then
        assertThat(Digest.fromBytes(digest.toByteArray())).isEqualTo(digest);
        assertThat(digest).hasToString(OF_ABC);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ab",
                "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"
            })
    void refusesWhatIsNoDigest(String text) {
        assertThatThrownBy(() -> Digest.fromHex(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64");
    }

    @Test
    void tellsAnOtherVersionWhatToDo() {
        assertThat(ProtocolVersion.refusal("the client", "1")).isEmpty();
        assertThat(ProtocolVersion.refusal("the client", "2"))
                .hasValue(
                        "the client speaks protocol version '2', expected 1; install the same release of cachepot on both sides");
        assertThat(ProtocolVersion.refusal("x", "9".repeat(1_000)).orElseThrow().length())
                .isLessThan(200);
    }
}
