package io.cachepot.client.coordinator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Maps a user's locale to the one that prints the same on a worker, which has C and C.UTF-8 only.
 */
final class Locales {
    private static final String PLAIN = "C";
    private final Path directory;
    private final Map<String, Boolean> installed = new ConcurrentHashMap<>();

    /**
     * @param directory of compiled locales, {@code /usr/lib/locale}
     */
    Locales(Path directory) {
        this.directory = directory;
    }

    /** {@code C} or {@code C.UTF-8}; empty when neither prints what the user's locale does. */
    Optional<String> onWorker(Map<String, String> environment) {
        String type = effective(environment, "LC_CTYPE");
        String messages = effective(environment, "LC_MESSAGES");
        if (!messages.equals(PLAIN) && !messages.startsWith("en") && !messages.startsWith("C.")) {
            return Optional.empty();
        }
        if (type.equals(PLAIN)) {
            return Optional.of(PLAIN);
        }
        return normal(type).endsWith(".utf8") ? Optional.of("C.UTF-8") : Optional.empty();
    }

    /** A locale whose files are missing is as good as C, and so are these spellings of it. */
    private String effective(Map<String, String> environment, String category) {
        for (String name : List.of("LC_ALL", category, "LANG")) {
            String value = environment.getOrDefault(name, "");
            if (!value.isEmpty()) {
                return value.equals("POSIX") || !isInstalled(value) ? PLAIN : value;
            }
        }
        return PLAIN;
    }

    /** {@code en_US.UTF-8} is kept as {@code en_US.utf8} (localedef(1)). */
    private static String normal(String locale) {
        int dot = locale.indexOf('.');
        return dot < 0
                ? locale
                : locale.substring(0, dot)
                        + locale.substring(dot).toLowerCase(Locale.ROOT).replace("-", "");
    }

    private boolean isInstalled(String locale) {
        return locale.equals(PLAIN)
                || normal(locale).equals("C.utf8")
                || installed.computeIfAbsent(locale, this::hasFiles);
    }

    private boolean hasFiles(String locale) {
        String name = normal(locale);
        if (Files.isDirectory(directory.resolve(name))) {
            return true;
        }
        try {
            byte[] archive = Files.readAllBytes(directory.resolve("locale-archive"));
            return new String(archive, StandardCharsets.ISO_8859_1).contains("\0" + name + "\0");
        } catch (IOException _) {
            return false; // no archive, no locale
        }
    }
}
