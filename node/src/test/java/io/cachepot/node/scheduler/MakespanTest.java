package io.cachepot.node.scheduler;

import static io.cachepot.node.scheduler.ClusterSimulation.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How long builds take against the shortest time there is for jobs in that order, in virtual time
 * with the network's delays; and what immediate binding makes of the same jobs and network.
 */
class MakespanTest {
    /** Compile times of gcc 12 -O2 -g with Lua 5.4.4 and zstd 1.5.4, in milliseconds. */
    private static final int[] MILLIS = {
        16, 16, 18, 19, 31, 33, 36, 37, 49, 52, 54, 58, 61, 73, 75, 77, 77, 78, 80, 86, 91, 91, 103,
        104, 105, 105, 116, 120, 127, 129, 130, 137, 140, 141, 152, 155, 165, 172, 192, 198, 204,
        210, 211, 218, 224, 224, 232, 241, 252, 255, 278, 315, 339, 344, 351, 353, 382, 409, 410,
        419, 439, 444, 485, 491, 542, 543, 634, 644, 686, 693, 712, 802, 813, 990, 1035, 1324, 1639,
        1641, 1648, 1727, 1767, 1955, 7554
    };

    private static final int JOBS_PER_PERMIT = 40;
    private static final int PERMITS_PER_WORKER = 8;

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"1000, 1", "1000, 4"})
    void soDoBuildsOfAThousandPermits(int permits, int clients) {
        buildsTakeLittleLongerThanTheyMust(permits, clients);
    }

    @ParameterizedTest
    @CsvSource({"64, 1", "64, 4", "256, 1", "256, 4"})
    void buildsTakeLittleLongerThanTheyMust(int permits, int clients) {
        // Given
        var random = new Random(permits + clients);
        int each = permits * JOBS_PER_PERMIT / clients;
        List<long[]> durations =
                IntStream.range(0, clients)
                        .mapToObj(
                                _ -> LongStream.generate(() -> nanos(random)).limit(each).toArray())
                        .toList();
        var simulation = new ClusterSimulation(permits);
        simulation.network.isMoody = false;
        simulation.workers(permits / PERMITS_PER_WORKER, PERMITS_PER_WORKER);
        for (long[] ofClient : durations) {
            var left = Arrays.stream(ofClient).iterator();
            simulation.client(each, left::nextLong);
        }
        int slots = permits * 3 / 2 / clients;

        // When
        simulation.begin(slots);
        long took = simulation.runBuilds();

        // Then
        long ideal = ideal(durations, permits);
        long immediate = immediateBinding(durations, permits / PERMITS_PER_WORKER, slots);
        System.out.printf(
                "%4d permits, %d clients: ideal %.1f s, late binding %.3f of it, immediate binding"
                        + " %.3f%n",
                permits,
                clients,
                (double) ideal / SECOND,
                (double) ideal / took,
                (double) ideal / immediate);
        assertThat(simulation.broken).isEmpty();
        assertThat((double) ideal / took).isGreaterThan(0.9);
    }

    private static long nanos(Random random) {
        return MILLIS[random.nextInt(MILLIS.length)] * 1_000_000L;
    }

    private static long immediateBinding(List<long[]> durations, int workers, int slots) {
        var cluster = new ImmediateBinding(workers);
        cluster.workers(workers, PERMITS_PER_WORKER);
        for (long[] ofClient : durations) {
            cluster.client(ofClient.length, slots, Arrays.stream(ofClient).iterator()::nextLong);
        }
        return cluster.run();
    }

    /** When each permit takes the next job of the same order at once, at no cost. */
    private static long ideal(List<long[]> durations, int permits) {
        var free = new PriorityQueue<Long>();
        for (int i = 0; i < permits; i++) {
            free.add(0L);
        }
        long end = 0;
        int longest = durations.stream().mapToInt(each -> each.length).max().orElse(0);
        for (int i = 0; i < longest; i++) {
            for (long[] ofClient : durations) {
                if (i < ofClient.length) {
                    long done = free.remove() + ofClient[i];
                    free.add(done);
                    end = Math.max(end, done);
                }
            }
        }
        return end;
    }
}
