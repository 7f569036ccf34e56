package io.cachepot.node.operator;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How much text a terminal shows at once.
 *
 * @param rows at least 1
 * @param columns at least 1
 */
public record Screen(int rows, int columns) {
    private static final Screen USUAL = new Screen(24, 80);
    private static final String HOME = "\u001b[H";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    /** The terminal of this process as it is now; 80 by 24 where that is not known. */
    public static Screen now() throws InterruptedException {
        try {
            Process stty =
                    new ProcessBuilder("stty", "size")
                            .redirectInput(new File("/dev/tty"))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String said =
                    new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return stty.waitFor() == 0 ? parse(said.strip()) : USUAL;
        } catch (IOException _) {
            return USUAL;
        }
    }

    /** Of {@code 24 80}. */
    static Screen parse(String text) {
        if (!text.matches("[1-9][0-9]{0,4} [1-9][0-9]{0,4}")) {
            return USUAL;
        }
        int space = text.indexOf(' ');
        return new Screen(
                Integer.parseInt(text.substring(0, space)),
                Integer.parseInt(text.substring(space + 1)));
    }

    /**
     * Puts {@code text} over what is shown: as much of it as there is room for, and nothing of what
     * was there. Line by line, so that nothing flickers.
     */
    public String replaced(String text) {
        List<String> lines = text.lines().toList();
        int count = Math.min(lines.size(), rows - 1);
        return lines.subList(0, count).stream()
                .map(line -> line.substring(0, Math.min(line.length(), columns)))
                .collect(
                        Collectors.joining(
                                CLEAR_LINE + "\n", HOME, CLEAR_LINE + "\n" + CLEAR_BELOW));
    }
}
