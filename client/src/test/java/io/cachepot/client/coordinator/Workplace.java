package io.cachepot.client.coordinator;

import io.cachepot.client.coordinator.Machine.Ended;
import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A directory in which commands are run, each time from the same state: what a command leaves is
 * taken down and undone.
 */
final class Workplace {
    /** Digits of an address or a random name: some of them are the same by chance. */
    private static final int UNSTEADY_AROUND = 12;

    final Path directory;
    private final Machine machine;

    Workplace(Machine machine, Path directory) {
        this.machine = machine;
        this.directory = directory;
    }

    /**
     * One name below the directory.
     *
     * @param kind {@code file}, {@code directory} or {@code link}
     * @param mode as {@code ls} shows it
     * @param content of a file, or the target of a link
     */
    record Node(String kind, String mode, Bytes content) {
        String text() {
            return new String(content.toByteArray(), StandardCharsets.ISO_8859_1);
        }
    }

    /** All that a command left; sorted by name. */
    record Left(Ended ended, Map<String, Node> nodes) {
        Left {
            nodes = new TreeMap<>(nodes);
        }

        @Override
        public String toString() {
            var names = new ArrayList<String>();
            nodes.forEach((name, node) ->
                    names.add(
                            "%s %s %s (%d bytes)"
                                    .formatted(
                                            node.kind(),
                                            node.mode(),
                                            name,
                                            node.content().size())));
            return ended + "\n" + String.join("\n", names);
        }
    }

    /** Runs {@code command}, a shell's, and undoes what it did to the directory. */
    Left run(String command) throws IOException, InterruptedException {
        Map<String, Node> before = nodes();
        Ended ended = machine.in(directory, "sh", "-c", command);
        if (command.contains(Machine.WRAPPER.toString())) {
            // Inputs are still looked at when the build has been answered.
            machine.awaitStored();
        }
        var left = new Left(ended, nodes());
        restore(before);
        return left;
    }

    /** What the directory holds now. */
    Map<String, Node> nodes() throws IOException {
        var nodes = new TreeMap<String, Node>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.skip(1).toList()) {
                nodes.put(directory.relativize(path).toString(), node(path));
            }
        }
        return nodes;
    }

    private static Node node(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            return new Node("link", "", Bytes.utf8(Files.readSymbolicLink(path).toString()));
        }
        String mode =
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
        if (Files.isDirectory(path)) {
            return new Node("directory", mode, Bytes.EMPTY);
        }
        return Files.isRegularFile(path)
                ? new Node("file", mode, Bytes.of(Files.readAllBytes(path)))
                : new Node("special", mode, Bytes.EMPTY);
    }

    /** Makes the directory hold {@code wanted}; what is as it should be is not touched. */
    void restore(Map<String, Node> wanted) throws IOException, InterruptedException {
        Map<String, Node> present = nodes();
        boolean isRewritten = false;
        for (String name : List.copyOf(present.keySet()).reversed()) {
            Node node = wanted.get(name);
            Node now = present.get(name);
            if (node == null || now == null || !node.kind().equals(now.kind())) {
                Files.delete(directory.resolve(name));
                present.remove(name);
            }
        }
        for (var entry : wanted.entrySet()) {
            if (!entry.getValue().equals(present.get(entry.getKey()))) {
                write(directory.resolve(entry.getKey()), entry.getValue());
                isRewritten = true;
            }
        }
        if (isRewritten) {
            Machine.settle();
        }
    }

    private static void write(Path path, Node node) throws IOException {
        switch (node.kind()) {
            case "link" -> {
                Files.deleteIfExists(path);
                Files.createSymbolicLink(path, Path.of(node.text()));
                return;
            }
            case "directory" -> Files.createDirectories(path);
            case "file" -> Files.write(path, node.content().toByteArray());
            default -> throw new IOException(path + " can not be made again");
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(node.mode()));
    }

    /** In words, or empty when {@code actual} is all that {@code expected} is. */
    static List<String> differences(Left expected, Left actual) {
        return differences(expected, actual, List.of());
    }

    /**
     * Likewise, beyond those by which the compiler's own runs differ: near bytes in which they do,
     * or in a text whose length does, nothing can be compared.
     *
     * @param others what the same command left in other runs
     */
    static List<String> differences(Left expected, Left actual, List<Left> others) {
        var differences = new ArrayList<String>();
        if (expected.ended().exitCode() != actual.ended().exitCode()) {
            differences.add(
                    "exit code %d, expected %d"
                            .formatted(actual.ended().exitCode(), expected.ended().exitCode()));
        }
        text(
                "stdout",
                expected.ended().stdout(),
                actual.ended().stdout(),
                others.stream().map(other -> other.ended().stdout()).toList(),
                differences);
        text(
                "stderr",
                expected.ended().stderr(),
                actual.ended().stderr(),
                others.stream().map(other -> other.ended().stderr()).toList(),
                differences);
        Set<String> names = new HashSet<>(expected.nodes().keySet());
        names.addAll(actual.nodes().keySet());
        names.stream().sorted().forEach(name -> node(name, expected, actual, others, differences));
        return differences;
    }

    private static void node(
            String name,
            Left expectedLeft,
            Left actualLeft,
            List<Left> others,
            List<String> differences) {
        Node expected = expectedLeft.nodes().get(name);
        Node actual = actualLeft.nodes().get(name);
        if (expected == null) {
            differences.add(name + ": the compiler leaves no such file");
        } else if (actual == null) {
            differences.add(name + ": missing");
        } else if (!expected.kind().equals(actual.kind())
                || !expected.mode().equals(actual.mode())) {
            differences.add(
                    "%s: %s %s, expected %s %s"
                            .formatted(
                                    name,
                                    actual.kind(),
                                    actual.mode(),
                                    expected.kind(),
                                    expected.mode()));
        } else {
            List<String> variants =
                    others.stream()
                            .map(other -> other.nodes().get(name))
                            .filter(Objects::nonNull)
                            .map(Node::text)
                            .toList();
            text(name, expected.text(), actual.text(), variants, differences);
        }
    }

    private static void text(
            String name,
            String expected,
            String actual,
            List<String> variants,
            List<String> differences) {
        if (variants.stream().anyMatch(variant -> variant.length() != expected.length())) {
            return;
        }
        int at = firstDifference(expected, actual, unsteady(expected, variants));
        if (at < 0) {
            return;
        }
        differences.add(
                "%s: byte %d of %d is the first that differs (expected %d bytes): <%s>, expected <%s>"
                        .formatted(
                                name,
                                at,
                                actual.length(),
                                expected.length(),
                                excerpt(actual, at),
                                excerpt(expected, at)));
    }

    /** Where {@code variants} differ from {@code expected}, and a little around. */
    private static BitSet unsteady(String expected, List<String> variants) {
        var unsteady = new BitSet();
        for (String variant : variants) {
            for (int i = 0; i < expected.length(); i++) {
                if (variant.charAt(i) != expected.charAt(i)) {
                    unsteady.set(Math.max(0, i - UNSTEADY_AROUND), i + UNSTEADY_AROUND);
                }
            }
        }
        return unsteady;
    }

    private static int firstDifference(String expected, String actual, BitSet unsteady) {
        int shared = Math.min(expected.length(), actual.length());
        for (int i = 0; i < shared; i++) {
            if (expected.charAt(i) != actual.charAt(i) && !unsteady.get(i)) {
                return i;
            }
        }
        return expected.length() == actual.length() ? -1 : shared;
    }

    private static String excerpt(String text, int at) {
        String part = text.substring(Math.max(0, at - 20), Math.min(text.length(), at + 60));
        return part.replaceAll("[^ -~]", ".");
    }
}
