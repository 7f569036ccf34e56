package io.cachepot.config.source;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.config.ConfigException;
import io.cachepot.config.source.Platform.OperatingSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What the tests of sources share: a platform without surprises, files, one-line mistakes. */
final class Sources {
    static final Path HOME = Path.of("/home/me");
    static final String KEY = "ZXhhbXBsZSBrZXksIG1ha2UgeW91ciBvd24gb25lISE";

    private Sources() {}

    static Platform platform(Map<String, String> variables) {
        return new Platform(OperatingSystem.LINUX, HOME, variables, 4);
    }

    /** A client's settings from {@code file}. */
    static ConfigLoader client(Path file, Map<String, String> variables, Flag... flags) {
        var all = new HashMap<>(variables);
        all.put("CACHEPOT_CONF", file.toString());
        return new ConfigLoader(platform(all), List.of(flags));
    }

    static ConfigLoader loader() {
        return new ConfigLoader(platform(Map.of()));
    }

    /** Readable by its owner alone. */
    static Path write(Path file, String text) {
        try {
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** Wants exactly this one line. */
    static void rejects(ThrowingCallable load, String line) {
        assertThatThrownBy(load)
                .isInstanceOf(ConfigException.class)
                .hasMessage(line)
                .message()
                .doesNotContain("\n");
    }
}
