package io.cachepot.client.cli;

import io.cachepot.config.manual.ManualPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the manual page of {@code cachepot} into a directory. For those who make packages. */
public final class ManPage {
    private static final String EXIT_STATUS =
            "The compiler's own, or that of the signal it died of. Of a flag: 0, 1 when what was asked"
                    + " for is not known or not well, or 2 with a reason on standard error.";

    private ManPage() {}

    /**
     * @param arguments the directory
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        var page = new ManualPage(ClientCommandLine.model());
        Files.writeString(directory.resolve(page.fileName()), page.text(EXIT_STATUS));
    }
}
