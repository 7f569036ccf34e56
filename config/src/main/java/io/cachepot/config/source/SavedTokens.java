package io.cachepot.config.source;

import io.cachepot.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tomlj.Toml;
import org.tomlj.TomlTable;

/**
 * Tokens that {@code cachepot --dist-auth} fetched, in a file that nobody else can read. Tokens are
 * where cachepot has them; when they end stands beside.
 *
 * <pre>
 * [dist.auth_tokens]
 * "https://id.example/authorize" = "TOKEN"
 * [dist.auth_expiries]
 * "https://id.example/authorize" = 2026-01-02T03:04:05Z
 * </pre>
 */
public final class SavedTokens {
    private static final String TOKENS = "auth_tokens";
    private static final String EXPIRIES = "auth_expiries";

    private SavedTokens() {}

    /**
     * One token.
     *
     * @param expiresAt empty when the provider did not say
     */
    public record Saved(Secret token, Optional<Instant> expiresAt) {}

    /**
     * All that are kept, by the provider's {@code auth_url}; none when there is no file.
     *
     * @throws IOException when the file can not be read, or is not as above
     */
    public static Map<String, Saved> read(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException _) {
            return Map.of();
        }
        var result = Toml.parse(text);
        if (result.hasErrors()) {
            throw new IOException(
                    file
                            + " is no TOML: "
                            + result.errors().getFirst().position()
                            + "; remove it and run `cachepot --dist-auth`");
        }
        var saved = new TreeMap<String, Saved>();
        TomlTable dist = result.getTableOrEmpty("dist");
        TomlTable tokens = dist.getTableOrEmpty(TOKENS);
        TomlTable expiries = dist.getTableOrEmpty(EXPIRIES);
        for (String url : tokens.keySet()) {
            if (tokens.get(List.of(url)) instanceof String token) {
                Optional<Instant> expiry =
                        expiries.get(List.of(url)) instanceof OffsetDateTime time
                                ? Optional.of(time.toInstant())
                                : Optional.empty();
                saved.put(url, new Saved(Secret.of(token), expiry));
            } else {
                throw new IOException(file + ": dist." + TOKENS + " of '" + url + "' is no text");
            }
        }
        return saved;
    }

    /** Replaces all that are kept. */
    public static void write(Path file, Map<String, Saved> tokens) throws IOException {
        var text = new StringBuilder();
        text.append(
                "# Tokens of `cachepot --dist-auth`; whoever has one can compile in your name.\n");
        text.append("[dist.").append(TOKENS).append("]\n");
        tokens.forEach((url, saved) ->
                text.append(quoted(url))
                        .append(" = ")
                        .append(quoted(saved.token().reveal()))
                        .append('\n'));
        text.append("[dist.").append(EXPIRIES).append("]\n");
        tokens.forEach((url, saved) ->
                saved.expiresAt()
                        .ifPresent(time ->
                                text.append(quoted(url))
                                        .append(" = ")
                                        .append(time.truncatedTo(ChronoUnit.SECONDS))
                                        .append('\n')));
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        var own =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path temporary = Files.createTempFile(directory, ".cached-config-", ".tmp", own);
        try {
            Files.writeString(temporary, text);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** A basic string (TOML 1.0). */
    private static String quoted(String text) {
        return "\"" + Toml.tomlEscape(text) + "\"";
    }
}
