package io.cachepot.config.source;

import io.cachepot.config.ConfigException;
import io.cachepot.config.Mistake;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A config file on disk: JSON if its name ends in {@code .json}, else TOML. UTF-8, at most 1 MiB.
 */
final class ConfigFile {
    static final int BYTES_MAX = 1 << 20;

    private static final String EXPECTED = "a readable TOML or JSON file";

    private final Path file;

    ConfigFile(Path file) {
        this.file = file;
    }

    /**
     * Reads all of it.
     *
     * @throws ConfigException if it cannot be read or is malformed
     */
    Value.Table read() {
        return parse(file, text());
    }

    /** What a file named {@code file} says if it holds {@code text}. */
    static Value.Table parse(Path file, String text) {
        return file.toString().endsWith(".json")
                ? JsonSource.parse(file, text)
                : TomlSource.parse(file, text);
    }

    private String text() {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw refused("is larger than 1 MiB");
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (NoSuchFileException _) { // the file's name is all that it would add
            throw refused("does not exist");
        } catch (AccessDeniedException _) { // likewise
            throw refused("is not readable by this user");
        } catch (CharacterCodingException _) { // has no message
            throw refused("is not UTF-8");
        } catch (IOException e) {
            throw refused(
                    Files.isDirectory(file)
                            ? "is a directory"
                            : "cannot be read: " + e.getMessage());
        }
    }

    private ConfigException refused(String what) {
        return new ConfigException(
                new Mistake(file.toString(), "", what + ", expected " + EXPECTED));
    }

    /** One line if somebody other than its owner can read it; none where the system cannot tell. */
    Optional<String> modeWarning() {
        try {
            return FileMode.isReadByOthers(file)
                    ? Optional.of(
                            file
                                    + ": holds a secret and can be read by group or others, expected mode"
                                    + " 0600 or 0400")
                    : Optional.empty();
        } catch (IOException _) { // it was read a moment ago; a warning is not worth failing for
            return Optional.empty();
        }
    }
}
