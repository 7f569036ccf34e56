package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.coordinator.Quirk.Family;
import io.cachepot.client.coordinator.Quirk.Group;
import io.cachepot.client.coordinator.QuirkTrial.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Command lines of gcc and clang, from {@code src/test/resources/quirks}: each is run by the plain
 * compiler and through cachepot, before and after an input changes. Whatever cachepot knows of it,
 * it leaves what the compiler leaves; whether it is a hit is another question, and another test.
 * {@code -Dquirks=WORD} runs the groups and commands that contain the word; {@code
 * target/quirks.txt} lists what came of each.
 */
class QuirksIT {
    private static final Path QUIRKS = Path.of("src/test/resources/quirks");

    /** File times have to tick between runs, so a machine sleeps half of the time. */
    private static final int MACHINES = 4;

    @TempDir static Path directory;
    private static List<Outcome> outcomes = List.of();

    /** One group, one family. */
    private record Work(Group group, Family family) {}

    @BeforeAll
    static void runAll() throws Exception {
        var queue = new ConcurrentLinkedQueue<Work>();
        String wanted = System.getProperty("quirks", "");
        for (Group group : QuirkFile.readAll(QUIRKS)) {
            if (!group.name().contains(wanted)) {
                group.quirks().removeIf(quirk -> !quirk.command().contains(wanted));
            }
            for (Family family : Family.values()) {
                queue.add(new Work(group, family));
            }
        }
        var tasks = new ArrayList<Callable<List<Outcome>>>();
        for (int i = 0; i < MACHINES; i++) {
            Path place = Files.createDirectory(directory.resolve("machine" + i));
            tasks.add(() -> work(place, queue));
        }
        try (var executor = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            var all = new ArrayList<Outcome>();
            for (Future<List<Outcome>> future : executor.invokeAll(tasks)) {
                all.addAll(result(future));
            }
            all.sort(Comparator.comparing(Outcome::name));
            outcomes = all;
        }
        report();
    }

    private static List<Outcome> result(Future<List<Outcome>> future) throws Exception {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the trials were not finished", e.getCause());
        }
    }

    private static List<Outcome> work(Path place, ConcurrentLinkedQueue<Work> queue)
            throws Exception {
        var done = new ArrayList<Outcome>();
        try (var machine = new Machine(place)) {
            for (Work work = queue.poll(); work != null; work = queue.poll()) {
                done.addAll(new QuirkTrial(machine, work.group(), work.family()).run());
            }
        }
        return done;
    }

    private static void report() throws IOException {
        var lines = new ArrayList<String>();
        for (Outcome outcome : outcomes) {
            lines.add(
                    "%-9s %-10s %s"
                            .formatted(
                                    outcome.differences().isEmpty() ? "same" : "DIFFERENT",
                                    outcome.caching().isEmpty() ? "expected" : "UNEXPECTED",
                                    outcome.name()));
            outcome.differences().forEach(each -> lines.add("        " + each));
            outcome.caching().ifPresent(each -> lines.add("        " + each));
        }
        Files.write(Path.of("target/quirks.txt"), lines);
    }

    @Test
    void everyCommandLeavesWhatTheCompilerLeaves() {
        assertThat(outcomes).isNotEmpty();
        assertThat(outcomes.stream().filter(outcome -> !outcome.differences().isEmpty()))
                .map(outcome -> outcome.name() + " " + outcome.differences())
                .isEmpty();
    }

    @Test
    void everyCommandIsCachedOrSaysWhyNot() {
        assertThat(outcomes.stream().filter(outcome -> outcome.caching().isPresent()))
                .map(outcome -> outcome.name() + ": " + outcome.caching().orElseThrow())
                .isEmpty();
    }
}
