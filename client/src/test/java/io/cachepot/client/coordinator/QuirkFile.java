package io.cachepot.client.coordinator;

import io.cachepot.client.coordinator.Quirk.Expectation;
import io.cachepot.client.coordinator.Quirk.Group;
import io.cachepot.client.coordinator.Quirk.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@code src/test/resources/quirks/*.txt}; its README.md describes the format. */
final class QuirkFile {
    private static final String INDENT = "    ";

    private final Path file;
    private final List<String> lines;
    private final Map<String, Group> groups;
    private int next;

    private QuirkFile(Path file, List<String> lines, Map<String, Group> groups) {
        this.file = file;
        this.lines = lines;
        this.groups = groups;
    }

    /** All groups of all files of {@code directory}, in order. */
    static List<Group> readAll(Path directory) throws IOException {
        var all = new ArrayList<Group>();
        try (var files = Files.list(directory)) {
            var known = new HashMap<String, Group>();
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".txt")).sorted().toList()) {
                all.addAll(new QuirkFile(file, Files.readAllLines(file), known).read());
            }
        }
        return all;
    }

    private List<Group> read() {
        var read = new ArrayList<Group>();
        while (next < lines.size()) {
            String line = lines.get(next++);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.split(" +", 2);
            String rest = words.length > 1 ? words[1].strip() : "";
            if (words[0].equals("group")) {
                read.add(begin(rest));
            } else if (read.isEmpty()) {
                throw wrong("a group first");
            } else {
                take(words[0], rest, read.getLast());
            }
        }
        return read;
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException(place() + ": expected " + expected);
    }

    private String place() {
        return file.getFileName() + ":" + next;
    }

    /** {@code NAME}, or {@code NAME like OTHER}. */
    private Group begin(String rest) {
        String[] words = rest.split(" ", -1);
        var none =
                new Group(
                        words[0], List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
                        List.of());
        Group like = words.length == 3 ? groups.get(words[2]) : none;
        if (like == null || words.length == 2) {
            throw wrong("NAME, or NAME like OTHER, where OTHER is a group above");
        }
        var group =
                new Group(
                        words[0],
                        new ArrayList<>(like.files()),
                        new ArrayList<>(like.preparations()),
                        new ArrayList<>(like.changes()),
                        new ArrayList<>(like.changeCommands()),
                        new ArrayList<>(like.masks()),
                        new ArrayList<>(like.varying()),
                        new ArrayList<>());
        if (groups.put(group.name(), group) != null) {
            throw wrong("another name, there is a group " + group.name());
        }
        return group;
    }

    private void take(String word, String rest, Group group) {
        switch (word) {
            case "file" -> replace(group.files(), new Text(rest, text()));
            case "change" -> replace(group.changes(), new Text(rest, text()));
            case "change-by" -> group.changeCommands().add(rest);
            case "prepare" -> group.preparations().add(rest);
            case "mask" -> group.masks().add(Pattern.compile(rest));
            case "varies" -> group.varying().add(Pattern.compile(rest));
            case "hit", "passes", "fails", "either" -> group.quirks().add(quirk(word, rest));
            default -> throw wrong("a directive in place of " + word);
        }
    }

    private static void replace(List<Text> texts, Text text) {
        texts.removeIf(other -> other.name().equals(text.name()));
        texts.add(text);
    }

    private String text() {
        var text = new StringBuilder();
        while (next < lines.size()
                && (lines.get(next).startsWith(INDENT) || lines.get(next).isEmpty())) {
            String line = lines.get(next++);
            text.append(line.isEmpty() ? "" : line.substring(INDENT.length())).append('\n');
        }
        return text.toString().stripTrailing() + "\n";
    }

    private Quirk quirk(String word, String rest) {
        String[] parts = ("  " + rest).split(" \\| ", 2);
        if (parts.length != 2) {
            throw wrong(word + " … | COMMAND");
        }
        String reason = parts[0].strip();
        Expectation expectation =
                switch (word) {
                    case "hit" -> new Expectation.Hit();
                    case "passes" -> new Expectation.Passes(reason);
                    case "fails" -> new Expectation.Fails();
                    default -> new Expectation.Either();
                };
        if (word.equals("passes") == reason.isEmpty()) {
            throw wrong("a reason after passes, and nowhere else");
        }
        var quirk = new Quirk(expectation, parts[1].strip(), place());
        if (quirk.compilers() == 0) {
            throw wrong("a compiler in the command");
        }
        return quirk;
    }
}
