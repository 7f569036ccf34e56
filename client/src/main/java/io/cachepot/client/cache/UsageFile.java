package io.cachepot.client.cache;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The usage of a store as the processes that share it last agreed on, so that a start needs no walk
 * through all entries. One line of text, replaced by rename:
 *
 * <pre>cachepot-usage 1 BYTES FILES COUNTED_AT_MILLIS CRC32C</pre>
 */
final class UsageFile {
    private static final Pattern FORM =
            Pattern.compile(
                    "(cachepot-usage 1 (\\d{1,18}) (\\d{1,18}) (\\d{1,18})) ([0-9a-f]{8})\n");
    private static final int BYTES_MAX = 128;

    private final StoreFiles files;

    UsageFile(StoreFiles files) {
        this.files = files;
    }

    /**
     * What it says.
     *
     * @param countedAtMillis when somebody last saw every entry
     */
    record Counted(Usage usage, long countedAtMillis) {}

    /** Empty when there is none, or none that is whole. */
    Optional<Counted> read() throws IOException {
        byte[] text;
        try (var in = Files.newInputStream(files.usage())) {
            text = in.readNBytes(BYTES_MAX);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        var matcher = FORM.matcher(new String(text, StandardCharsets.ISO_8859_1));
        if (!matcher.matches() || !checksum(matcher.group(1)).equals(matcher.group(5))) {
            return Optional.empty();
        }
        var usage = new Usage(Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3)));
        return Optional.of(new Counted(usage, Long.parseLong(matcher.group(4))));
    }

    void write(Counted counted) throws IOException {
        Usage usage = counted.usage().atLeastNone();
        String line =
                "cachepot-usage 1 "
                        + usage.bytes()
                        + " "
                        + usage.files()
                        + " "
                        + Math.max(0, counted.countedAtMillis());
        Path temporary = files.newTemporary();
        try {
            Files.writeString(temporary, line + " " + checksum(line) + "\n");
            files.place(temporary, files.usage());
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    private static String checksum(String line) {
        var crc = new CRC32C();
        crc.update(line.getBytes(StandardCharsets.ISO_8859_1));
        return String.format("%08x", crc.getValue());
    }
}
