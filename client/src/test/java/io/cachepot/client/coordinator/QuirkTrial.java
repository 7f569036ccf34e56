package io.cachepot.client.coordinator;

import io.cachepot.client.coordinator.Quirk.Expectation;
import io.cachepot.client.coordinator.Quirk.Family;
import io.cachepot.client.coordinator.Quirk.Group;
import io.cachepot.client.coordinator.Workplace.Left;
import io.cachepot.client.coordinator.Workplace.Node;
import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tries the command lines of one group with the compilers of one family: plain, through cachepot
 * for the first time, once more, and both after an input changed. All of a group are run in one
 * directory, so that a result which is found for another command line is seen.
 */
final class QuirkTrial {
    /** A compiler that writes addresses and times is not known for it by one more run. */
    private static final int REPETITIONS_MAX = 4;

    private final boolean isAll =
            System.getProperty("thorough") != null || System.getProperty("quirks") != null;

    private final Machine machine;
    private final Group group;
    private final Family family;
    private final Workplace workplace;

    QuirkTrial(Machine machine, Group group, Family family) {
        this.machine = machine;
        this.group = group;
        this.family = family;
        workplace = new Workplace(machine, machine.project.resolve(group.name() + "-" + family.cc));
    }

    /**
     * What came of one command line.
     *
     * @param differences from the plain compiler; never allowed
     * @param caching what is not as expected of the cache, or of the test itself
     */
    record Outcome(String name, List<String> differences, Optional<String> caching) {}

    List<Outcome> run() throws IOException, InterruptedException {
        List<Quirk> quirks = group.quirks().stream().filter(this::isTried).toList();
        var outcomes = new ArrayList<Outcome>();
        if (quirks.isEmpty()) {
            return outcomes;
        }
        setUp();
        for (Quirk quirk : quirks) {
            outcomes.add(run(quirk));
        }
        return outcomes;
    }

    /**
     * Of what both families know one in four is tried, with one of them, and one in two of what one
     * of them knows, unless all was asked for: {@code -Dthorough}. Always the same ones.
     */
    private boolean isTried(Quirk quirk) {
        boolean isOfBoth = Arrays.stream(Family.values()).allMatch(quirk::isFor);
        int share = family == Family.GCC ? 0 : 1;
        int number = quirk.command().hashCode();
        boolean isSample = isOfBoth ? (number & 7) == share : (number & 1) == 0;
        return quirk.isFor(family) && (isAll || isSample);
    }

    private void setUp() throws IOException, InterruptedException {
        Files.createDirectories(workplace.directory);
        for (var file : group.files()) {
            write(file);
        }
        for (String preparation : group.preparations()) {
            shell(preparation);
        }
    }

    private void write(Quirk.Text file) throws IOException {
        Path path = workplace.directory.resolve(file.name());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.text());
    }

    private void shell(String command) throws IOException, InterruptedException {
        var ended =
                machine.in(
                        workplace.directory,
                        "sh",
                        "-c",
                        new Quirk(new Expectation.Either(), command, "").commandFor(family, ""));
        if (ended.exitCode() != 0) {
            throw new IllegalStateException(group.name() + ": " + command + ": " + ended);
        }
    }

    private Outcome run(Quirk quirk) throws IOException, InterruptedException {
        Machine.settle();
        var differences = new ArrayList<String>();
        Left plain = plain(quirk);
        compare("first time", quirk, plain, cached(quirk), differences);
        Counts before = Counts.of(machine);
        compare("second time", quirk, plain, cached(quirk), differences);
        Counts again = Counts.of(machine).since(before);
        Optional<Left> changed = afterChange(quirk, differences);
        return new Outcome(
                quirk.place() + " " + quirk.commandFor(family, ""),
                differences,
                caching(quirk, plain, again, changed));
    }

    private Optional<Left> afterChange(Quirk quirk, List<String> differences)
            throws IOException, InterruptedException {
        if (group.changes().isEmpty() && group.changeCommands().isEmpty()) {
            return Optional.empty();
        }
        Map<String, Node> before = workplace.nodes();
        for (var change : group.changes()) {
            write(change);
        }
        for (String command : group.changeCommands()) {
            shell(command);
        }
        Machine.settle();
        Left plain = plain(quirk);
        compare("after the change", quirk, plain, cached(quirk), differences);
        workplace.restore(before);
        return Optional.of(plain);
    }

    private Left plain(Quirk quirk) throws IOException, InterruptedException {
        return masked(workplace.run(quirk.commandFor(family, "")));
    }

    private Left cached(Quirk quirk) throws IOException, InterruptedException {
        return masked(workplace.run(quirk.commandFor(family, Machine.WRAPPER + " ")));
    }

    private void compare(
            String when, Quirk quirk, Left plain, Left cached, List<String> differences)
            throws IOException, InterruptedException {
        List<String> found = Workplace.differences(plain, cached);
        var others = new ArrayList<Left>();
        while (!found.isEmpty() && others.size() < REPETITIONS_MAX) {
            others.add(plain(quirk));
            found = Workplace.differences(plain, cached, others);
        }
        found.forEach(each -> differences.add(when + ": " + each));
    }

    private Left masked(Left left) {
        if (group.masks().isEmpty() && group.varying().isEmpty()) {
            return left;
        }
        var ended =
                new Machine.Ended(
                        left.ended().exitCode(),
                        masked(left.ended().stdout()),
                        masked(left.ended().stderr()));
        var nodes = new TreeMap<String, Node>();
        left.nodes()
                .forEach((name, node) -> {
                    boolean isVarying =
                            group.varying().stream().anyMatch(each -> each.matcher(name).matches());
                    String text = isVarying ? "" : masked(node.text());
                    nodes.put(
                            masked(name),
                            new Node(
                                    node.kind(),
                                    node.mode(),
                                    Bytes.of(text.getBytes(StandardCharsets.ISO_8859_1))));
                });
        return new Left(ended, nodes);
    }

    private String masked(String text) {
        String masked = text;
        for (Pattern mask : group.masks()) {
            masked = mask.matcher(masked).replaceAll("*");
        }
        return masked;
    }

    /** What is not as {@code quirk} expects it. */
    private static Optional<String> caching(
            Quirk quirk, Left plain, Counts again, Optional<Left> changed) {
        boolean isFailure = plain.ended().exitCode() != 0;
        return switch (quirk.expectation()) {
            case Expectation.Hit _ when isFailure ->
                    Optional.of("test: the plain compiler fails: " + plain.ended());
            case Expectation.Hit _
                    when changed.isPresent()
                            && Workplace.differences(plain, changed.get()).isEmpty() ->
                    Optional.of("test: the change changes nothing");
            case Expectation.Hit _ ->
                    again.hits() == quirk.compilers()
                            ? Optional.empty()
                            : Optional.of("not cached: " + again);
            case Expectation.Passes _ when again.hits() > 0 ->
                    Optional.of("cached, which is better than expected: say hit");
            case Expectation.Passes(var reason) ->
                    again.reasons().keySet().stream().anyMatch(each -> each.contains(reason))
                            ? Optional.empty()
                            : Optional.of("passes for another reason: " + again);
            case Expectation.Fails _ ->
                    isFailure ? Optional.empty() : Optional.of("test: the compiler does not fail");
            case Expectation.Either _ -> Optional.empty();
        };
    }

    /**
     * From the statistics.
     *
     * @param reasons why compiles were not cached, and how often
     */
    private record Counts(int hits, Map<String, Integer> reasons) {
        static Counts of(Machine machine) throws IOException, InterruptedException {
            var stats = machine.stats();
            var reasons = new TreeMap<String, Integer>();
            map(stats, "not_cached")
                    .forEach((reason, count) -> reasons.put(String.valueOf(reason), number(count)));
            number(stats, "requests_not_compile", "not a compile", reasons);
            number(stats, "requests_unsupported_compiler", "unsupported compiler", reasons);
            number(stats, "compile_fails", "the compile fails", reasons);
            reasons.put("a miss", sum(map(stats, "cache_misses")));
            return new Counts(sum(map(stats, "cache_hits")), reasons);
        }

        private static void number(
                Map<?, ?> stats, String key, String words, Map<String, Integer> reasons) {
            reasons.put(words, number(stats.get(key)));
        }

        private static int number(@Nullable Object value) {
            return value instanceof Number number ? number.intValue() : 0;
        }

        private static int sum(Map<?, ?> counter) {
            return map(counter, "counts").values().stream().mapToInt(Counts::number).sum();
        }

        private static Map<?, ?> map(Map<?, ?> parent, String key) {
            return parent.get(key) instanceof Map<?, ?> map ? map : Map.of();
        }

        Counts since(Counts before) {
            var since = new TreeMap<String, Integer>();
            reasons.forEach((reason, count) -> {
                int more = count - before.reasons().getOrDefault(reason, 0);
                if (more > 0) {
                    since.put(reason, more);
                }
            });
            return new Counts(hits - before.hits(), since);
        }
    }
}
