package io.cachepot.protocol.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.Examples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of every message: they change with the protocol's version only. */
class GoldenMessagesTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/messages");

    static Set<String> names() {
        return Examples.all().keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void writesTheGoldenBytes(String name) throws IOException {
        assertThat(new String(Json.encode(Examples.named(name)), UTF_8))
                .isEqualTo(Files.readString(file(name)).strip());
    }

    @ParameterizedTest
    @MethodSource("names")
    void readsTheGoldenBytes(String name) throws IOException {
        // Given
        Object example = Examples.named(name);
        byte[] golden = Files.readAllBytes(file(name));

        // When
        Object read = Json.decode(golden, sealedTypeOf(example.getClass()));

        // Then
        assertThat(read).isEqualTo(example);
    }

    /** A sealed interface where there is one: that is what peers decode. */
    private static Class<?> sealedTypeOf(Class<?> type) {
        for (Class<?> parent : type.getInterfaces()) {
            if (parent.isSealed()) {
                return parent;
            }
        }
        return type;
    }

    @Test
    void everyGoldenFileHasItsMessage() throws IOException {
        try (var files = Files.list(GOLDEN)) {
            assertThat(files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()))
                    .isEqualTo(
                            names().stream()
                                    .map(name -> name + ".json")
                                    .collect(Collectors.toSet()));
        }
    }

    private static Path file(String name) {
        return GOLDEN.resolve(name + ".json");
    }
}
