package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A configured tree of {@link Zlib}, and its build by a developer of a cluster. */
record ZlibBuild(Cluster cluster, Developer developer, Path tree) {
    /** A fresh tree below {@code place} that is built with {@code compiler}. */
    static ZlibBuild configure(Cluster cluster, Developer developer, Path place, String compiler)
            throws Exception {
        Path tree = Zlib.unpack(developer, place);
        Zlib.configure(developer, tree, compiler);
        return new ZlibBuild(cluster, developer, tree);
    }

    /** What the plain compiler gives. */
    Map<String, byte[]> expected() throws Exception {
        assertThat(make(4).waitFor()).isZero();
        Map<String, byte[]> expected = Zlib.objects(tree);
        assertThat(expected).hasSizeGreaterThanOrEqualTo(Zlib.OBJECTS);
        return expected;
    }

    /** {@code make -jJOBS}, which has only begun. */
    Process make(int jobs) throws IOException {
        return developer.start(tree, log(), "make", "-j" + jobs);
    }

    private Path log() {
        return developer.directory.resolve("make.log");
    }

    /** Until {@code count} objects are there; the build goes on. */
    void awaitObjects(Process make, int count) throws InterruptedException {
        Cluster.await(
                () -> objects() >= count || !make.isAlive(),
                () -> "the build does not get on:\n" + cluster.logs());
        assertThat(make.isAlive()).as("make was done before anything happened").isTrue();
    }

    private long objects() {
        try {
            return Trees.count(tree, "o");
        } catch (UncheckedIOException | IOException _) {
            return 0; // a file that came and went while we looked
        }
    }

    /** Until {@code make} ends, well and with {@code expected}. */
    void finish(Process make, Map<String, byte[]> expected) throws Exception {
        int exitCode = make.waitFor();
        String said = Files.readString(log());
        assertThat(exitCode)
                .as("%s%n%s%n%s", said, developer.coordinatorLog(), cluster.logs())
                .isZero();
        Map<String, byte[]> built = Zlib.objects(tree);
        assertThat(built.keySet()).isEqualTo(expected.keySet());
        built.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
    }

    void remove() throws IOException {
        Trees.remove(tree);
    }
}
