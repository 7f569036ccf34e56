package io.cachepot.client.builds;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.explain.Answered;
import io.cachepot.protocol.wire.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is said of a build, in each form. */
class BuildTextTest {
    private static final List<Answered> COMPILES =
            List.of(
                    Compiles.hit("/p/src/a.c", 0, 2),
                    Compiles.hit("/p/src/b.c", 1, 3),
                    Compiles.hit("/p/src/c.c", 4, 6),
                    Compiles.remote("/p/src/long.c", 2, 1_502, "10.0.0.7:10501"),
                    Compiles.remote("/p/src/short.c", 5, 105, "10.0.0.7:10501"),
                    Compiles.failed("/elsewhere/d.c", 10, 260));

    private static BuildView view() {
        var build =
                new Build(
                        "0123456789abcdef0123456789abcdef",
                        new BuildProcess(7, 7, "make -j8 all", "/p"),
                        Instant.parse("2026-01-31T09:05:01Z"),
                        0);
        COMPILES.forEach(each -> build.answered(each, true));
        build.over();
        return build.view();
    }

    @Test
    void peopleReadWhereItsTimeWent() {
        assertThat(new BuildReport(view(), ZoneOffset.UTC).text())
                .isEqualTo(
                        """
                        make -j8 all
                        in /p
                        began 2026-01-31 09:05:01, took 1.5 s, 1.2 compiles at once on average

                        Compiles                               6
                          hit in the local cache               3   50.0 %
                          miss, compiled here                  1   16.7 %
                          miss, compiled on a worker           2   33.3 %
                        Failed                                 1

                        Slowest:
                             1.5 s  src/long.c (miss, compiled on a worker 10.0.0.7:10501)
                            250 ms  /elsewhere/d.c (miss, compiled here)
                            100 ms  src/short.c (miss, compiled on a worker 10.0.0.7:10501)
                            2.0 ms  src/a.c (hit in the local cache)
                            2.0 ms  src/b.c (hit in the local cache)
                            2.0 ms  src/c.c (hit in the local cache)

                        Misses, by reason:
                              3  not seen before

                        Not on a worker, by reason:
                              1  sooner here than on a worker

                        Workers:
                              2  10.0.0.7:10501, 1.6 s together
                        """);
    }

    @Test
    void programsReadTheSame() {
        Map<?, ?> json =
                Json.decode(
                        new BuildReport(view(), ZoneOffset.UTC)
                                .json()
                                .getBytes(StandardCharsets.UTF_8),
                        Map.class);
        assertThat(json.get("compiles")).isEqualTo(6);
        assertThat(map(json, "compiles_by_tier").get("remote")).isEqualTo(2);
        assertThat(json.get("took_millis")).isEqualTo(1_502);
    }

    @Test
    void noTwoSlicesOfALaneOverlapInATrace() throws IOException {
        // When
        var out = new ByteArrayOutputStream();
        new BuildTrace(view()).write(out);

        // Then
        Map<?, ?> trace = Json.decode(out.toByteArray(), Map.class);
        var ends = new HashMap<String, Double>();
        var names = new HashSet<String>();
        var places = new HashSet<String>();
        for (Object each : events(trace)) {
            Map<?, ?> event = (Map<?, ?>) each;
            if ("process_name".equals(event.get("name"))) {
                places.add(String.valueOf(map(event, "args").get("name")));
            }
            if ("X".equals(event.get("ph")) && !"phase".equals(event.get("cat"))) {
                String lane = event.get("pid") + "/" + event.get("tid");
                double from = number(event, "ts");
                assertThat(from).isGreaterThanOrEqualTo(ends.getOrDefault(lane, 0.0));
                ends.put(lane, from + number(event, "dur"));
                names.add(String.valueOf(event.get("name")));
            }
        }
        assertThat(names)
                .containsExactlyInAnyOrder("a.c", "b.c", "c.c", "long.c", "short.c", "d.c");
        assertThat(places)
                .containsExactlyInAnyOrder("this machine", "local cache", "worker 10.0.0.7:10501");
        assertThat(ends).as("two at once in the cache and on the worker").hasSize(5);
    }

    @Test
    void phasesLieWithinTheirCompile() throws IOException {
        // When
        var out = new ByteArrayOutputStream();
        new BuildTrace(view()).write(out);

        // Then
        Map<?, ?> trace = Json.decode(out.toByteArray(), Map.class);
        double from = 0;
        double to = 0;
        int phases = 0;
        for (Object each : events(trace)) {
            Map<?, ?> event = (Map<?, ?>) each;
            if ("phase".equals(event.get("cat"))) {
                phases++;
                assertThat(event.get("name")).isNotEqualTo("store");
                assertThat(number(event, "ts")).isGreaterThanOrEqualTo(from);
                assertThat(number(event, "ts") + number(event, "dur")).isLessThanOrEqualTo(to);
            } else if ("X".equals(event.get("ph"))) {
                from = number(event, "ts");
                to = from + number(event, "dur");
            }
        }
        assertThat(phases).isEqualTo(2 * COMPILES.size());
    }

    private static double number(Map<?, ?> event, String key) {
        return ((Number) Objects.requireNonNull(event.get(key))).doubleValue();
    }

    private static Map<?, ?> map(Map<?, ?> json, String key) {
        return (Map<?, ?>) Objects.requireNonNull(json.get(key));
    }

    private static List<?> events(Map<?, ?> trace) {
        return (List<?>) Objects.requireNonNull(trace.get("traceEvents"));
    }
}
