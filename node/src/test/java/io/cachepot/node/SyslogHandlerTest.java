package io.cachepot.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyslogHandlerTest {
    @TempDir private Path directory;

    @Test
    void writesALineWithItsPriority() throws Exception {
        // Given: what stands in for logger, and a pipe that tells when it has ended
        Path lines = directory.resolve("lines");
        Path ended = directory.resolve("ended");
        String script = "cat >" + lines + "; mv " + lines + " " + ended;
        var handler = SyslogHandler.writingTo(List.of("sh", "-c", script));
        var logged = new LogRecord(Level.WARNING, "worker left: {0}");
        logged.setParameters(new Object[] {"a:1\nb"});

        // When
        handler.publish(logged);
        handler.publish(new LogRecord(Level.FINE, "detail"));
        handler.close();

        // Then
        while (!Files.exists(ended)) {
            Thread.onSpinWait();
        }
        assertThat(Files.readAllLines(ended))
                .containsExactly("<28>worker left: a:1 b", "<31>detail");
    }
}
