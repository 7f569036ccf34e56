package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.SandboxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds programs of this machine in the usual places; {@code PATH} has no say. */
final class HostPrograms {
    private static final List<String> DIRECTORIES =
            List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin");

    private HostPrograms() {}

    /**
     * Absolute path of {@code name}.
     *
     * @param why for the message when there is none
     */
    static Path find(String name, String why) {
        return DIRECTORIES.stream()
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new SandboxException(
                                "program "
                                        + name
                                        + " is in none of "
                                        + DIRECTORIES
                                        + ", expected for "
                                        + why
                                        + "; install it"));
    }
}
