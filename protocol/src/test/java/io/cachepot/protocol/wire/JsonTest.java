package io.cachepot.protocol.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.ErrorBody;
import io.cachepot.protocol.Examples;
import io.cachepot.protocol.Job;
import io.cachepot.protocol.RunJobResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"error":"x"}                                | description
                    {"error":"x","description":null}             | description
                    {"error":1,"description":"y"}                | error
                    {"error":"x","description":"y"               | end
                    {"error":"x","description":"y"} {}           | Trailing
                    []                                           | ErrorBody
                    null                                         | null
                    ``                                           | ErrorBody
                    """)
    void refusesWhatIsNoMessageInOneLine(String json, String named) {
        assertThatThrownBy(() -> Json.decode(json.getBytes(UTF_8), ErrorBody.class))
                .isInstanceOf(WireException.class)
                .hasMessageContaining(named)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void ignoresMembersOfLaterReleases() {
        // Given
        String json = "{\"error\":\"x\",\"description\":\"y\",\"since_2030\":[1]}";

        // When
        var read = Json.decode(json.getBytes(UTF_8), ErrorBody.class);

        // Then
        assertThat(read).isEqualTo(new ErrorBody("x", "y"));
    }

    @Test
    void namesTheFieldThatIsOutOfBounds() {
        // Given
        String json =
                "{\"toolchain\":\""
                        + Examples.TOOLCHAIN.hex()
                        + "\",\"count\":1000,\"wait_millis\":0,\"client\":\"c\","
                        + "\"priority\":\"LOW\",\"attempt\":1,\"avoid\":[],\"returned\":[],"
                        + "\"forecast\":{\"millis\":0,\"memory_bytes\":0}}";

        // Then
        assertThatThrownBy(() -> Json.decode(json.getBytes(UTF_8), AllocJobRequest.class))
                .hasMessageContaining("count is 1000, expected 1 to 256");
    }

    @Test
    void refusesAnUnknownKindOfResult() {
        assertThatThrownBy(() ->
                        Json.decode("{\"type\":\"exploded\"}".getBytes(UTF_8), RunJobResult.class))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("exploded");
    }

    @Test
    void refusesAPathThatClimbs() {
        // Given
        String json =
                new String(Json.encode(Examples.JOB), UTF_8)
                        .replace("/home/u/p/a.o", "/home/u/../../etc/shadow");

        // Then
        assertThatThrownBy(() -> Json.decode(json.getBytes(UTF_8), Job.class))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("/home/u/../../etc/shadow");
    }

    @Test
    void refusesDeepNesting() {
        assertThatThrownBy(() -> Json.decode("[".repeat(10_000).getBytes(UTF_8), Job.class))
                .isInstanceOf(WireException.class);
    }
}
