package io.cachepot.node;

import io.cachepot.config.manual.ManualPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code generate-man-pages}: writes a page for each command. For those who make packages. */
@Command(
        name = "generate-man-pages",
        description = "Write a manual page for each command.",
        hidden = true,
        mixinStandardHelpOptions = true)
final class ManPages implements Runnable {
    private static final String EXIT_STATUS = "0, or 2 with a reason on standard error.";

    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "For the pages.")
    private @Nullable Path directory;

    private ManPages() {}

    @Override
    public void run() {
        try {
            Path to = Objects.requireNonNull(directory);
            Files.createDirectories(to);
            write(Objects.requireNonNull(spec).root(), to);
        } catch (IOException e) {
            throw new UncheckedIOException("manual pages can not be written: " + e, e);
        }
    }

    private static void write(CommandSpec command, Path to) throws IOException {
        var page = new ManualPage(command);
        Files.writeString(to.resolve(page.fileName()), page.text(EXIT_STATUS));
        for (CommandLine sub : ManualPage.shown(command)) {
            write(sub.getCommandSpec(), to);
        }
    }
}
