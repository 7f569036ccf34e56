import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Many compiles at once of a few dozen programs, some wrong, while somebody interrupts them, kills
 * the coordinator and clears the cache. Every compile that ends well has to leave the plain
 * compiler's object, every other one the plain compiler's error; none may hang.
 *
 * <p>{@code java Stress.java CACHEPOT DIRECTORY SECONDS WRAPPERS}
 */
public final class Stress {
    private static final int PROGRAMS = 48;
    private static final int COMPILE_SECONDS_MAX = 120;

    private final Path cachepot;
    private final Path directory;
    private final int wrappers;
    private final long endNanos;
    private final List<Expected> expected = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicLong> counts = new HashMap<>();

    private record Expected(List<String> arguments, int exitCode, byte[] object, String stderr) {}

    private record Ended(int exitCode, byte[] object, String stderr) {}

    private Stress(Path cachepot, Path directory, int seconds, int wrappers) {
        this.cachepot = cachepot;
        this.directory = directory;
        this.wrappers = wrappers;
        endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (String name : List.of("compiled", "refused", "interrupted", "killed", "cleared")) {
            counts.put(name, new AtomicLong());
        }
    }

    public static void main(String[] arguments) throws Exception {
        var stress =
                new Stress(
                        Path.of(arguments[0]),
                        Path.of(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        Integer.parseInt(arguments[3]));
        stress.prepare();
        stress.run();
        System.out.println(stress.counts);
        stress.wrong.stream().limit(20).forEach(System.out::println);
        System.out.println(stress.wrong.size() + " wrong");
        System.exit(stress.wrong.isEmpty() ? 0 : 1);
    }

    private void prepare() throws Exception {
        Files.writeString(directory.resolve("common.h"), "#define COMMON 1\n");
        for (int i = 0; i < PROGRAMS; i++) {
            String error = i % 8 == 7 ? "int wrong = no_such_name;\n" : "";
            Files.writeString(
                    directory.resolve("p" + i + ".c"),
                    """
                    #include <stdio.h>
                    #include <string.h>
                    #include "common.h"
                    int f%1$d(const char *s) { int unused; return (int) strlen(s) * %1$d + COMMON; }
                    %2$s
                    """
                            .formatted(i, error));
            List<String> compile =
                    List.of("-Wall", "-O" + i % 3, i % 4 == 0 ? "-g" : "-w", "-c", "p" + i + ".c");
            Ended plain = compile(List.of("gcc"), compile, "plain.o", false);
            expected.add(new Expected(compile, plain.exitCode(), plain.object(), plain.stderr()));
        }
    }

    private void run() throws Exception {
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < wrappers; i++) {
            int number = i;
            threads.add(Thread.ofPlatform().start(() -> compileOn(number)));
        }
        threads.add(Thread.ofPlatform().start(this::disturb));
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void compileOn(int number) {
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(number);
        for (int i = 0; System.nanoTime() < endNanos; i++) {
            Expected program = expected.get(random.nextInt(PROGRAMS));
            boolean isInterrupted = random.nextInt(25) == 0;
            // A macro of its own makes a miss; one of a few makes a miss sometimes.
            String macro =
                    random.nextInt(4) == 0
                            ? "-DM" + number + "=" + random.nextInt()
                            : "-DN=" + random.nextInt(6);
            var arguments = new ArrayList<>(program.arguments());
            arguments.add(macro);
            try {
                Ended ended =
                        compile(
                                List.of(cachepot.toString(), "gcc"),
                                arguments,
                                // A name of its own: the compiler of a wrapper that was interrupted
                                // alone goes on, and writes when the next compile is under way.
                                "w" + number + "-" + i + ".o",
                                isInterrupted);
                check(program, ended, isInterrupted, arguments);
            } catch (Exception e) {
                wrong.add(arguments + ": " + e);
            }
        }
    }

    private void check(
            Expected program, Ended ended, boolean isInterrupted, List<String> arguments) {
        if (isInterrupted && ended.exitCode() != program.exitCode()) {
            counts.get("interrupted").incrementAndGet();
            return;
        }
        // Lines of cachepot's own are about the coordinator that was killed.
        String stderr =
                ended.stderr()
                        .lines()
                        .filter(line -> !line.startsWith("cachepot: "))
                        .reduce("", (all, line) -> all + line + "\n");
        if (ended.exitCode() != program.exitCode()
                || !Arrays.equals(ended.object(), program.object())
                || !stderr.equals(program.stderr())) {
            wrong.add(
                    arguments
                            + ": exit "
                            + ended.exitCode()
                            + " for "
                            + program.exitCode()
                            + ", object "
                            + (Arrays.equals(ended.object(), program.object()) ? "same" : "differs")
                            + ", stderr "
                            + ended.stderr());
            return;
        }
        counts.get(ended.exitCode() == 0 ? "compiled" : "refused").incrementAndGet();
    }

    private Ended compile(
            List<String> command, List<String> arguments, String object, boolean isInterrupted)
            throws IOException, InterruptedException {
        Path target = directory.resolve(object);
        Path errors = directory.resolve(object + ".stderr");
        var all = new ArrayList<>(command);
        all.addAll(arguments);
        all.addAll(List.of("-o", object));
        Process process =
                new ProcessBuilder(all)
                        .directory(directory.toFile())
                        .redirectError(errors.toFile())
                        .start();
        if (isInterrupted) {
            Thread.sleep(System.nanoTime() % 40);
            new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
        }
        if (!process.waitFor(COMPILE_SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("did not end in " + COMPILE_SECONDS_MAX + " s");
        }
        var ended =
                new Ended(
                        process.exitValue(),
                        Files.exists(target) ? Files.readAllBytes(target) : new byte[0],
                        Files.readString(errors));
        Files.deleteIfExists(target);
        Files.delete(errors);
        return ended;
    }

    private void disturb() {
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(0);
        try {
            while (System.nanoTime() < endNanos) {
                Thread.sleep(random.nextInt(1_000, 4_000));
                if (random.nextInt(3) == 0) {
                    new ProcessBuilder(cachepot.toString(), "--clear-cache")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor();
                    counts.get("cleared").incrementAndGet();
                } else {
                    killCoordinator();
                }
            }
        } catch (IOException | InterruptedException e) {
            wrong.add("disturbing: " + e);
        }
    }

    private void killCoordinator() {
        String socket = System.getenv("CACHEPOT_COORDINATOR_SOCKET");
        ProcessHandle.allProcesses()
                .filter(process -> {
                    List<String> arguments = List.of(process.info().arguments().orElse(new String[0]));
                    return arguments.contains(socket)
                            && arguments.contains("io.cachepot.client.coordinator.Main");
                })
                .forEach(process -> {
                    process.destroyForcibly();
                    counts.get("killed").incrementAndGet();
                });
    }
}
