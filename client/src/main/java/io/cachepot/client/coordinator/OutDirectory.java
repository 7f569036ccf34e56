package io.cachepot.client.coordinator;

import io.cachepot.protocol.ByteSearch;
import io.cachepot.protocol.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The directory that rustc was told to write to, as it turns up in what rustc says: in the
 * dependency list, and in the messages that tell cargo of a file. There it is replaced by a mark
 * before a result is kept, and put back for the next build, which may write elsewhere.
 */
final class OutDirectory {
    /** Spelled the same in make rules and in JSON, and too long to be there by chance. */
    private static final Pattern PLAIN = Pattern.compile("/[A-Za-z0-9_.,+@/=-]{7,}");

    private static final byte[] MARK = "\1cachepot-out-dir\1".getBytes(StandardCharsets.US_ASCII);

    private final byte[] spelled;

    private OutDirectory(byte[] spelled) {
        this.spelled = spelled;
    }

    /** Empty where it could not be told from other text. */
    static Optional<OutDirectory> of(RustRequest request) {
        String name = request.outDirectory();
        return PLAIN.matcher(name).matches()
                ? Optional.of(new OutDirectory(name.getBytes(StandardCharsets.US_ASCII)))
                : Optional.empty();
    }

    /** Whether it occurs in {@code content}. */
    boolean isIn(Bytes content) {
        return content.contains(spelled);
    }

    /** Empty where the mark is there already. */
    Optional<Bytes> marked(Bytes text) {
        byte[] bytes = text.toByteArray();
        return ByteSearch.contains(bytes, MARK)
                ? Optional.empty()
                : Optional.of(Bytes.of(replaced(bytes, spelled, MARK)));
    }

    /** The reverse. */
    Bytes local(Bytes text) {
        return Bytes.of(replaced(text.toByteArray(), MARK, spelled));
    }

    InputStream local(InputStream text) throws IOException {
        return new ByteArrayInputStream(replaced(text.readAllBytes(), MARK, spelled));
    }

    private static byte[] replaced(byte[] text, byte[] from, byte[] to) {
        var result = new ByteArrayOutputStream(text.length);
        int copied = 0;
        for (int at = ByteSearch.find(text, from, 0);
                at >= 0;
                at = ByteSearch.find(text, from, copied)) {
            result.write(text, copied, at - copied);
            result.writeBytes(to);
            copied = at + from.length;
        }
        result.write(text, copied, text.length - copied);
        return result.toByteArray();
    }
}
