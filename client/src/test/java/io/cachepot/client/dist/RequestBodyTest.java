package io.cachepot.client.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cachepot.protocol.http.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.hc.core5.http.HttpEntity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestBodyTest {
    private static final int LARGE = (1 << 20) + 1;

    @TempDir private Path directory;

    private static byte[] sent(HttpEntity entity) throws IOException {
        var bytes = new ByteArrayOutputStream();
        entity.writeTo(bytes);
        assertThat(entity.getContentLength()).isEqualTo(bytes.size());
        assertThat(entity.getContentType()).isEqualTo(Headers.PARTS);
        return bytes.toByteArray();
    }

    @Test
    void aSmallOneNeedsNoFile() throws Exception {
        // When
        try (var body =
                new RequestBody(() -> {
                    throw new IOException("no file is expected");
                })) {
            body.write('a');
            body.write(new byte[] {'b', 'c'});

            // Then
            assertThat(sent(body.entity())).asString().isEqualTo("abc");
            assertThat(body.sizeBytes()).isEqualTo(3);
        }
    }

    @Test
    void aLargeOneIsInAFileAsLongAsItIsNeeded() throws Exception {
        // Given
        byte[] bytes = new byte[LARGE];
        new Random(1).nextBytes(bytes);
        Path file = directory.resolve("body");

        // When
        try (var body = new RequestBody(() -> file)) {
            body.write(bytes, 0, 1000);
            body.write(bytes, 1000, LARGE - 1000);
            byte[] sent = sent(body.entity());

            // Then
            assertThat(sent).isEqualTo(bytes);
            assertThat(body.sizeBytes()).isEqualTo(LARGE);
            assertThat(file).exists();
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void aFullDiskIsItsOwnTrouble() throws Exception {
        // Given: a device on which there is never room; a link, so that it is not the device that
        // goes
        Path full = Files.createSymbolicLink(directory.resolve("full"), Path.of("/dev/full"));
        var body = new RequestBody(() -> full);

        // When
        Throwable failure = catchThrowable(() -> body.write(new byte[LARGE]));

        // Then
        assertThat(failure)
                .isInstanceOf(RequestBody.Failure.class)
                .hasMessageContaining("No space left on device");
        body.close();
    }

    @Test
    void aDirectoryThatIsNoneIsItsOwnTrouble() throws Exception {
        // Given
        Path file = Files.createFile(directory.resolve("file"));
        var body = new RequestBody(() -> file.resolve("body"));

        // When
        Throwable failure = catchThrowable(() -> body.write(new byte[LARGE]));

        // Then
        assertThat(failure).isInstanceOf(RequestBody.Failure.class);
    }
}
