import io.cachepot.sandbox.archive.ArchiveLimits;
import io.cachepot.sandbox.archive.ToolchainUnpacker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Unpacks an archive as a worker does, with all its checks, and with tar, in turns, each into a fresh
 * directory that is removed between.
 *
 * <p>usage: UnpackBench ROUNDS DIRECTORY ARCHIVE...
 */
public final class UnpackBench {
    private UnpackBench() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        Path target = Path.of(arguments[1], "root");
        for (int i = 2; i < arguments.length; i++) {
            Path archive = Path.of(arguments[i]);
            var ours = new ArrayList<Double>();
            var tars = new ArrayList<Double>();
            double first = 0;
            for (int round = 0; round <= rounds; round++) {
                double millis = millis(() -> unpack(archive, target));
                remove(target);
                double tar = millis(() -> tar(archive, target));
                remove(target);
                if (round == 0) {
                    first = millis;
                } else {
                    ours.add(millis);
                    tars.add(tar);
                }
            }
            System.out.printf(
                    "%-16s %9.0f ms first, then %6.0f ms; tar %6.0f ms; %.2f of tar's speed%n",
                    archive.getFileName(),
                    first,
                    median(ours),
                    median(tars),
                    median(tars) / median(ours));
        }
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private static double millis(Step step) throws IOException, InterruptedException {
        long began = System.nanoTime();
        step.run();
        return (System.nanoTime() - began) / 1e6;
    }

    private static void unpack(Path archive, Path target) throws IOException {
        try (InputStream in = Files.newInputStream(archive)) {
            new ToolchainUnpacker(ArchiveLimits.DEFAULT).unpack(in, target);
        }
    }

    private static void tar(Path archive, Path target) throws IOException, InterruptedException {
        Files.createDirectory(target);
        run("tar", "-xf", archive.toString(), "-C", target.toString());
    }

    private static void remove(Path target) throws IOException, InterruptedException {
        run("rm", "-rf", target.toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
