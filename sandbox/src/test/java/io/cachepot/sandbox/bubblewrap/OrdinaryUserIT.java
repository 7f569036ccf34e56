package io.cachepot.sandbox.bubblewrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.sandbox.TestToolchain;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;

/**
 * The attempts once more, by an ordinary user who is made for it; the tests themselves may run as
 * root.
 */
class OrdinaryUserIT {
    private static final List<Class<?>> ATTEMPTS =
            List.of(HostedSecurityIT.class, BubblewrapSecurityIT.class, BubblewrapUserIT.class);

    private final String user = "cachepot-t" + ProcessHandle.current().pid();
    private Path base;

    static boolean isOrdinary() {
        return !System.getProperty("user.name").equals("root");
    }

    @BeforeEach
    void makeUser() throws Exception {
        TestToolchain.output("useradd", "--no-create-home", "--shell", "/bin/false", user);
        base = Files.createTempDirectory("cachepot-ordinary-");
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void removeUser() throws Exception {
        TestToolchain.output("rm", "-rf", base.toString());
        TestToolchain.output("userdel", user);
    }

    /** Whoever runs the tests is one already, and all of them are this test. */
    @Test
    @DisabledIf(value = "isOrdinary", disabledReason = "an ordinary user runs all of it")
    void everyAttemptFailsForHimAsWell() throws Exception {
        // Given: what he may read
        Path work = Files.createDirectory(base.resolve("work"));
        Files.createDirectory(work.resolve("target"));
        TestToolchain.output("cp", "-r", "target/helper", work.resolve("target").toString());
        TestToolchain.output("chmod", "-R", "a+rX", work.toString());

        // When
        var command =
                new ArrayList<>(
                        List.of(
                                "setpriv",
                                "--reuid=" + user,
                                "--regid=" + user,
                                "--clear-groups",
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                readableClassPath(),
                                RunTests.class.getName()));
        ATTEMPTS.forEach(each -> command.add(each.getName()));
        Path log = base.resolve("log");
        int exitCode =
                new ProcessBuilder(command)
                        .directory(work.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start()
                        .waitFor();

        // Then
        String said = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(exitCode).as(said).isZero();
        assertThat(said).contains(" failed=0 skipped=0");
        assertThat(Integer.parseInt(said.replaceAll("(?s).*succeeded=(\\d+).*", "$1")))
                .as(said)
                .isGreaterThan(2 * 20);
    }

    /** Copies, since the originals may lie in root's home. */
    private String readableClassPath() throws Exception {
        Path copies = Files.createDirectory(base.resolve("classes"));
        var entries = new ArrayList<String>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (!entry.isEmpty() && Files.exists(Path.of(entry))) {
                Path copy = copies.resolve(entries.size() + "-" + Path.of(entry).getFileName());
                TestToolchain.output("cp", "-r", entry, copy.toString());
                entries.add(copy.toString());
            }
        }
        TestToolchain.output("chmod", "-R", "a+rX", copies.toString());
        return String.join(File.pathSeparator, entries);
    }
}
