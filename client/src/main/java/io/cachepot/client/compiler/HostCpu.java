package io.cachepot.client.compiler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What {@code -march=native} stands for: the processor as Linux describes it. Caches may be shared
 * by machines.
 */
public final class HostCpu {
    private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");

    /** Lines that say which of many equal processors this is, or how it fares at the moment. */
    private static final Predicate<String> PASSING =
            Pattern.compile(
                            "^(processor|cpu MHz|apicid|initial apicid|core id|physical id|bogomips|microcode)\\s*:",
                            Pattern.CASE_INSENSITIVE)
                    .asPredicate();

    private static final Optional<String> IDENTITY = read();

    private HostCpu() {}

    /** The first processor's description; empty when there is none to be had. */
    public static Optional<String> identity() {
        return IDENTITY;
    }

    private static Optional<String> read() {
        try (var lines = Files.lines(DESCRIPTION)) {
            String first =
                    lines.takeWhile(line -> !line.isBlank())
                            .filter(PASSING.negate())
                            .collect(Collectors.joining("\n"));
            return Optional.of(first).filter(text -> !text.isEmpty());
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
