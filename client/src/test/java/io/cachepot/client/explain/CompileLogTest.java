package io.cachepot.client.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.stats.Phase;
import io.cachepot.client.stats.Stats;
import io.cachepot.client.stats.Stats.Counter;
import io.cachepot.protocol.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CompileLogTest {
    private static final Path CWD = Path.of("/p");
    private Instant now = Instant.parse("2026-01-31T09:05:01Z");
    private final Stats stats = new Stats();
    private final CompileLog log = new CompileLog(stats, () -> now);

    private CompileTrace begin(String source, String output, String argument) {
        now = now.plusSeconds(1);
        var trace = log.begin(CWD, List.of(), _ -> {});
        trace.understood(CWD.resolve(source), Optional.of(CWD.resolve(output)));
        var parts =
                new KeyParts(
                        "/gcc",
                        "gcc 1",
                        digest("gcc"),
                        "c",
                        List.of(argument),
                        List.of(),
                        "/p",
                        false,
                        source,
                        digest("content"));
        trace.keyed(parts, digest(source + argument));
        return trace;
    }

    private static Digest digest(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private void miss(String source, String output, String argument) {
        try (var trace = begin(source, output, argument)) {
            trace.miss();
            trace.exited(0);
            trace.stored(1);
        }
    }

    private String latestWhy() {
        return log.newestFirst().getFirst().why().orElseThrow().detail();
    }

    @Test
    void keepsTheLatestOnly() {
        for (int i = 0; i < CompileLog.RECORDS_MAX + 10; i++) {
            try (var trace = begin(i + ".c", i + ".o", "-O2")) {
                trace.hit();
                trace.exited(0);
            }
        }
        assertThat(log.newestFirst()).hasSize(CompileLog.RECORDS_MAX);
        assertThat(log.newestFirst().getFirst().source())
                .isEqualTo("/p/" + (CompileLog.RECORDS_MAX + 9) + ".c");
    }

    @Test
    void comparesWithTheSameOutputBeforeOthers() {
        // Given
        miss("a.c", "debug/a.o", "-g");
        miss("a.c", "release/a.o", "-O2");

        // When
        miss("a.c", "debug/a.o", "-g3");

        // Then
        assertThat(latestWhy()).isEqualTo("argument '-g3' was '-g'");
    }

    @Test
    void anotherOutputIsBetterThanNothingToCompareWith() {
        // Given
        miss("a.c", "debug/a.o", "-g");

        // When
        miss("a.c", "release/a.o", "-O2");

        // Then
        assertThat(latestWhy())
                .isEqualTo(
                        "first compile to /p/release/a.o; the last one to another output differs:"
                                + " argument '-O2' was '-g'");
    }

    @Test
    void theSameAgainWasEvictedOrClearedOrNotKept() {
        // Given
        miss("a.c", "a.o", "-g");

        // Then
        miss("a.c", "a.o", "-g");
        assertThat(latestWhy()).startsWith("the result is gone");
        now = now.plusSeconds(1);
        log.cleared();
        miss("a.c", "a.o", "-g");
        assertThat(latestWhy()).startsWith("the cache was cleared");
        try (var trace = begin("a.c", "a.o", "-g")) {
            trace.miss();
            trace.exited(0);
            trace.notStored("time macro");
        }
        miss("a.c", "a.o", "-g");
        assertThat(latestWhy()).endsWith("was not kept: time macro");
    }

    @Test
    void whatNobodyEndedWasBrokenOff() {
        begin("a.c", "a.o", "-g").close();
        assertThat(log.newestFirst().getFirst().tier()).isEqualTo(Tier.BROKEN_OFF);
    }

    @Test
    void theSourceOfACommandThatWasNotUnderstoodIsGuessed() {
        try (var trace = log.begin(CWD, List.of("-E", "-o", "x.i", "sub/../a.cc"), _ -> {})) {
            trace.notCacheable("-E");
            trace.leftAlone();
        }
        assertThat(log.newestFirst()).extracting(CompileRecord::source).containsExactly("/p/a.cc");
    }

    @Test
    void aCommandWithoutASourceIsNotRemembered() {
        try (var trace = log.begin(CWD, List.of("a.o", "-o", "a.c"), _ -> {})) {
            trace.passedThrough("not a compile to an object");
            trace.leftAlone();
        }
        assertThat(log.newestFirst()).isEmpty();
    }

    @Test
    void phasesAndReasonsAreCounted() {
        // When
        miss("a.c", "a.o", "-g");

        // Then
        assertThat(stats.tally().times(Phase.KEY).count()).isEqualTo(1);
        assertThat(stats.tally().missReasons()).containsEntry(MissReason.FIRST, 1L);
        assertThat(stats.tally().count(Counter.CACHE_MISSES))
                .as("not this one's to count")
                .isZero();
    }

    @Test
    void aLineOfTheLogHasItAll() {
        // When
        try (var trace = begin("a.c", "a.o", "-g")) {
            trace.remote("w:1");
            trace.exited(1);
        }

        // Then
        assertThat(RecordLine.of(log.newestFirst().getFirst()))
                .matches(
                        "source=/p/a\\.c tier=remote worker=w:1 exit=1"
                                + " reason='first compile of this source that is known'"
                                + " not_kept='a failed compile is not kept' key=[0-9.]+ms");
    }
}
