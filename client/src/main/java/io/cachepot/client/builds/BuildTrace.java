package io.cachepot.client.builds;

import io.cachepot.client.explain.Answered;
import io.cachepot.client.explain.Tier;
import io.cachepot.client.stats.Phase;
import io.cachepot.protocol.wire.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A build in the Trace Event Format of Chrome, which Perfetto and speedscope show: a process for
 * the cache, for this machine and for each worker; in it as many lanes as it served compiles at
 * once; in a lane a slice for each compile, with its phases below.
 */
public final class BuildTrace {
    private static final int THIS_MACHINE = 1;
    private static final int CACHE = 2;
    private static final int WORKERS_FROM = 3;

    /** Places in the order in which they are shown. */
    private final Map<Integer, String> names = new TreeMap<>();

    /** By place: when the last compile of each lane ended. */
    private final Map<Integer, List<Long>> lanes = new TreeMap<>();

    private final Map<String, Integer> workers = new TreeMap<>();
    private final BuildView build;

    public BuildTrace(BuildView build) {
        this.build = build;
        names.put(THIS_MACHINE, "this machine");
        names.put(CACHE, "local cache");
        int next = WORKERS_FROM;
        for (String worker : build.workers().keySet().stream().sorted().toList()) {
            names.put(next, "worker " + worker);
            workers.put(worker, next);
            next++;
        }
    }

    /** Writes it as JSON, an event a line. */
    public void write(OutputStream out) throws IOException {
        write(out, "{\"displayTimeUnit\":\"ms\",\"otherData\":");
        out.write(
                Json.encode(
                        Map.of(
                                "command", build.command(),
                                "directory", build.directory(),
                                "started_at", build.startedAt().toString(),
                                "left_out", Long.toString(build.leftOut()))));
        write(out, ",\"traceEvents\":[");
        String separator = "\n";
        for (Map<String, Object> event : events()) {
            write(out, separator);
            out.write(Json.encode(event));
            separator = ",\n";
        }
        write(out, "\n]}\n");
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<Map<String, Object>> events() {
        var events = new ArrayList<Map<String, Object>>();
        build.compiles().stream()
                .sorted(Comparator.comparingLong(Answered::beganNanos))
                .forEach(each -> add(events, each));
        var all = new ArrayList<Map<String, Object>>();
        lanes.forEach((place, ends) -> {
            all.add(named("process_name", place, 0, "name", names.getOrDefault(place, "?")));
            all.add(named("process_sort_index", place, 0, "sort_index", place));
            for (int lane = 0; lane < ends.size(); lane++) {
                all.add(named("thread_name", place, lane + 1, "name", "compile " + (lane + 1)));
            }
        });
        all.addAll(events);
        return all;
    }

    private static Map<String, Object> named(
            String what, int place, int lane, String key, Object value) {
        var event = new LinkedHashMap<String, Object>();
        event.put("ph", "M");
        event.put("name", what);
        event.put("pid", place);
        event.put("tid", lane);
        event.put("args", Map.of(key, value));
        return event;
    }

    private void add(List<Map<String, Object>> events, Answered each) {
        int place = place(each);
        int lane = lane(place, each);
        Map<String, Object> slice =
                slice(name(each), each.tier().key(), place, lane, each.beganNanos());
        slice.put("dur", micros(each.elapsedNanos()));
        slice.put("args", arguments(each));
        events.add(slice);
        addPhases(events, each, place, lane);
    }

    private int place(Answered each) {
        Optional<Integer> worker = each.worker().map(workers::get);
        if (each.tier() == Tier.HIT) {
            return CACHE;
        }
        return worker.orElse(THIS_MACHINE);
    }

    /** The first one that is free when the compile begins, as of 1. */
    private int lane(int place, Answered each) {
        List<Long> ends = lanes.computeIfAbsent(place, _ -> new ArrayList<>());
        for (int lane = 0; lane < ends.size(); lane++) {
            if (ends.get(lane) <= each.beganNanos()) {
                ends.set(lane, each.endedNanos());
                return lane + 1;
            }
        }
        ends.add(each.endedNanos());
        return ends.size();
    }

    private static String name(Answered each) {
        String source = each.source();
        return source.isEmpty() ? "command" : source.substring(source.lastIndexOf('/') + 1);
    }

    private Map<String, Object> slice(
            String name, String category, int place, int lane, long fromNanos) {
        var event = new LinkedHashMap<String, Object>();
        event.put("ph", "X");
        event.put("name", name);
        event.put("cat", category);
        event.put("pid", place);
        event.put("tid", lane);
        event.put("ts", micros(fromNanos - build.startedNanos()));
        return event;
    }

    private static Map<String, Object> arguments(Answered each) {
        var arguments = new LinkedHashMap<String, Object>();
        arguments.put("source", each.source());
        arguments.put("outcome", each.tier().text());
        each.why().ifPresent(why -> arguments.put("why", why));
        each.localReason().ifPresent(why -> arguments.put("not_on_a_worker", why));
        each.worker().ifPresent(worker -> arguments.put("worker", worker));
        arguments.put("failed", each.isFailed());
        return arguments;
    }

    /** They follow each other; what is stored after the answer is not part of it. */
    private void addPhases(List<Map<String, Object>> events, Answered each, int place, int lane) {
        long from = each.beganNanos();
        for (Phase phase : Phase.values()) {
            long nanos = Math.min(each.times().nanos(phase), each.endedNanos() - from);
            if (phase != Phase.STORE && nanos > 0) {
                Map<String, Object> slice = slice(phase.label(), "phase", place, lane, from);
                slice.put("dur", micros(nanos));
                events.add(slice);
                from += nanos;
            }
        }
    }

    private static double micros(long nanos) {
        return nanos / 1e3;
    }
}
