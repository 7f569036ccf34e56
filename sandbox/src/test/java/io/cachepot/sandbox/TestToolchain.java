package io.cachepot.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Builds an unpacked toolchain out of programs of this machine and the libraries they need. As on
 * most systems {@code bin}, {@code lib} and {@code lib64} are links into {@code usr}.
 */
public final class TestToolchain {
    private static final Pattern LIBRARY = Pattern.compile("(/[^ ]+) \\(0x");
    private static final List<String> SHELL_PROGRAMS =
            List.of(
                    "sh",
                    "cat",
                    "ls",
                    "sleep",
                    "chmod",
                    "ln",
                    "mkfifo",
                    "mkdir",
                    "mv",
                    "rm",
                    "id",
                    "env",
                    "touch",
                    "pwd",
                    "head",
                    "dd",
                    "truncate",
                    "readlink",
                    "rmdir",
                    "cp",
                    "wc");

    private final Path root;

    private TestToolchain(Path root) {
        this.root = root;
    }

    /** A shell and small programs. */
    public static TestToolchain shell(Path root) throws Exception {
        var toolchain = new TestToolchain(root);
        for (String directory : List.of("bin", "lib", "lib64")) {
            Files.createDirectories(root.resolve("usr").resolve(directory));
            Files.createSymbolicLink(root.resolve(directory), Path.of("usr", directory));
        }
        for (String program : SHELL_PROGRAMS) {
            toolchain.add(which(program));
        }
        return toolchain;
    }

    private static Path which(String program) {
        for (String directory : List.of("/usr/bin", "/bin")) {
            Path path = Path.of(directory, program);
            if (Files.isExecutable(path)) {
                return path;
            }
        }
        throw new IllegalStateException("test needs " + program);
    }

    public Path root() {
        return root;
    }

    /** Adds a program of this machine, and its libraries, under the paths they have here. */
    public TestToolchain add(Path program) throws Exception {
        copy(program);
        var libraries = LIBRARY.matcher(output("ldd", program.toString()));
        while (libraries.find()) {
            copy(Path.of(libraries.group(1)));
        }
        return this;
    }

    private void copy(Path file) throws IOException {
        Path inside = root.resolve(unlinked(file).substring(1));
        if (!Files.exists(inside)) {
            Files.createDirectories(inside.getParent());
            Files.copy(file.toRealPath(), inside, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private static String unlinked(Path file) {
        String path = file.toString();
        return path.startsWith("/usr/") ? path : "/usr" + path;
    }

    /** Compiles C source of the tests into {@code /usr/bin/<name>}, static. */
    public TestToolchain compile(String name, String resource) throws Exception {
        Path source = Files.createTempFile("cachepot", ".c");
        try (var in = TestToolchain.class.getResourceAsStream(resource)) {
            Files.write(source, in.readAllBytes());
            output(
                    "gcc",
                    "-static",
                    "-O1",
                    "-o",
                    root.resolve("usr/bin").resolve(name).toString(),
                    source.toString());
        } finally {
            Files.delete(source);
        }
        return this;
    }

    /** What {@code command} writes, which has to succeed. */
    public static String output(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(List.of(command) + " failed: " + output);
        }
        return output;
    }
}
