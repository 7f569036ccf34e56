package io.cachepot.node;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The settings of a client, as a file that only its owner reads: it holds a token. */
final class ClientConfigFile {
    private ClientConfigFile() {}

    static void write(Path file, URI schedulerUrl, String token) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                file,
                """
                [dist]
                scheduler_url = "%s"

                [dist.auth]
                type = "token"
                token = "%s"
                """
                        .formatted(schedulerUrl, token));
    }
}
