package io.cachepot.sandbox.bubblewrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.SandboxInput;
import io.cachepot.sandbox.SandboxLimits;
import io.cachepot.sandbox.SandboxSpec;
import io.cachepot.sandbox.bubblewrap.RootPlan.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Any spec gets a plan that never leads through a link, or a refusal. */
class RootPlannerFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final Path ROOT = Path.of("/tc");
    private static final String[] NAMES = {"a", "b", "c", "tmp", "proc"};
    private static final String[] TARGETS = {
        "a", "/b", "..", "../..", "/", "c/../b", "/proc", "/dev/x", ".", "a/b/c", "/tmp"
    };

    @Test
    void plansLeadThroughDirectoriesOnly() throws IOException {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        int planned = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String what = "seed " + seed + " round " + round;
            try {
                check(RootPlanner.plan(spec(random), ROOT, toolchain(random)), what);
                planned++;
            } catch (SandboxException e) {
                assertThat(e.getMessage()).as(what).contains("expected");
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError(what, e);
            }
        }
        assertThat(planned).as("seed %d", seed).isGreaterThan(ROUNDS / 10);
    }

    private static FakeToolchain toolchain(RandomGenerator random) {
        var toolchain = new FakeToolchain();
        var kinds = new HashMap<String, Integer>();
        for (int i = random.nextInt(10); i > 0; i--) {
            String path = path(random).substring(1);
            int kind = random.nextInt(3);
            if (isFree(kinds, path)) {
                kinds.put(path, kind);
                switch (kind) {
                    case 0 -> toolchain.file(path);
                    case 1 -> toolchain.link(path, TARGETS[random.nextInt(TARGETS.length)]);
                    default -> toolchain.directory(path);
                }
            }
        }
        return toolchain;
    }

    private static boolean isFree(Map<String, Integer> kinds, String path) {
        return kinds.entrySet().stream()
                .allMatch(entry ->
                        !entry.getKey().equals(path)
                                && !entry.getKey().startsWith(path + "/")
                                && (entry.getValue() == 2
                                        || !path.startsWith(entry.getKey() + "/")));
    }

    private static SandboxSpec spec(RandomGenerator random) {
        var inputs = new ArrayList<SandboxInput>();
        for (int i = random.nextInt(6); i > 0; i--) {
            inputs.add(
                    switch (random.nextInt(4)) {
                        case 0 ->
                                new SandboxInput.Link(
                                        path(random), TARGETS[random.nextInt(TARGETS.length)]);
                        case 1 -> new SandboxInput.Directory(path(random));
                        default -> new SandboxInput.File(path(random), Path.of("/store/x"), false);
                    });
        }
        return new SandboxSpec(
                ROOT,
                inputs,
                "/x",
                List.of("x"),
                path(random),
                Map.of(),
                List.of(path(random)),
                SandboxLimits.DEFAULT);
    }

    private static String path(RandomGenerator random) {
        var path = new StringBuilder();
        for (int i = random.nextInt(3); i >= 0; i--) {
            path.append('/').append(NAMES[random.nextInt(NAMES.length)]);
        }
        return path.toString();
    }

    private static void check(RootPlan plan, String what) {
        var kinds = new HashMap<String, Entry>();
        for (Entry entry : plan.entries()) {
            assertThat(entry.path()).as(what).doesNotContain("..").doesNotStartWith("/");
            assertThat(kinds.put(entry.path(), entry)).as(what + entry).isNull();
            checkParent(kinds, entry.path(), what);
        }
        for (RootPlan.Mount mount : plan.mounts()) {
            assertThat(mount.source()).as(what).startsWithRaw(ROOT);
            assertThat(mount.source().normalize()).as(what).isEqualTo(mount.source());
            assertThat(kinds.get(mount.path()))
                    .as(what)
                    .isInstanceOfAny(Entry.MountDirectory.class, Entry.MountFile.class);
        }
        for (RootPlan.PlannedOutput output : plan.outputs()) {
            assertThat(kinds.get(output.directory()))
                    .as(what + output)
                    .satisfiesAnyOf(
                            entry -> assertThat(output.directory()).isEmpty(),
                            entry -> assertThat(entry).isInstanceOf(Entry.Directory.class));
        }
    }

    private static void checkParent(Map<String, Entry> kinds, String path, String what) {
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            assertThat(kinds.get(path.substring(0, slash)))
                    .as(what + " " + path)
                    .isInstanceOf(Entry.Directory.class);
        }
    }
}
