package io.cachepot.config.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the documentation comment of a record says, read from its source. */
final class RecordDocs {
    private static final Path SOURCES = Path.of("src/main/java");

    private final Class<?> type;
    private final String text;
    private final Map<String, String> components = new HashMap<>();

    private RecordDocs(Class<?> type, String comment) {
        this.type = type;
        String[] parts = comment.split("\\n@param ", -1);
        text = plain(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            String[] words = parts[i].split("\\s", 2);
            components.put(words[0], plain(words[1]));
        }
    }

    static RecordDocs of(Class<?> type) throws IOException {
        Class<?> outermost = Objects.requireNonNullElse(type.getNestHost(), type);
        Path source = SOURCES.resolve(outermost.getName().replace('.', '/') + ".java");
        Matcher found =
                Pattern.compile(
                                "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:@Key\\(\"[^\"]*\"\\)\\s*)?"
                                        + "(?:public )?record "
                                        + type.getSimpleName()
                                        + "\\(",
                                Pattern.DOTALL)
                        .matcher(Files.readString(source));
        if (!found.find()) {
            throw new IOException(type + " has no documentation comment in " + source);
        }
        String comment = found.group(1).replaceAll("(?m)^\\s*\\* ?", "").strip();
        return new RecordDocs(type, comment);
    }

    /** Of the record as a whole. */
    String text() {
        return text;
    }

    String component(String name) {
        String described = components.get(name);
        if (described == null) {
            throw new IllegalStateException(type.getSimpleName() + " has no @param " + name);
        }
        return described;
    }

    /** For Markdown. */
    private static String plain(String javadoc) {
        return javadoc.replaceAll("\\s+", " ")
                .replaceAll("\\{@(?:code|link) #?([^}]*)\\}", "`$1`")
                .replace("|", "\\|")
                .strip();
    }
}
