package io.cachepot.node.scheduler;

import static io.cachepot.node.scheduler.ClusterSimulation.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.LongSummaryStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The decisions of schedulers under message loss, delay, reordering, duplicates, crashes, freezes,
 * partitions and wrong clocks. Other seeds by {@code -Dsimulation.seed=N -Dsimulation.seeds=COUNT}.
 */
class ClusterSimulationTest {
    private static final long FIRST_SEED = Long.getLong("simulation.seed", 1);
    private static final long SEEDS = Long.getLong("simulation.seeds", 1_000);

    @Test
    void noJobIsLostWhateverBreaks() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            // Given
            var simulation = new ClusterSimulation(seed);
            simulation.workers(1 + simulation.random.nextInt(8), 1 + simulation.random.nextInt(8));
            int clients = 1 + simulation.random.nextInt(4);
            for (int i = 0; i < clients; i++) {
                simulation.client(20 + simulation.random.nextInt(80), simulation::duration);
            }
            simulation.network.lossShare = simulation.random.nextInt(3) / 100.0;
            int faults = simulation.random.nextInt(8);
            for (int i = 0; i < faults; i++) {
                simulation.breakSomething();
            }

            // When
            simulation.begin(1 + simulation.random.nextInt(30));
            simulation.runToRest();

            // Then
            assertThat(simulation.broken).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void aGrantIsGoodWhateverOrderWordsArriveIn() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + 50; seed++) {
            // Given
            var simulation = new ClusterSimulation(seed);
            simulation.workers(4, 4);
            for (int i = 0; i < 4; i++) {
                simulation.client(200, simulation::duration);
            }

            // When
            simulation.begin(10);
            simulation.runBuilds();

            // Then
            assertThat(simulation.broken).as("seed %d", seed).isEmpty();
            assertThat(simulation.clients.stream().mapToInt(client -> client.refused).sum())
                    .as("jobs refused by workers, seed %d", seed)
                    .isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aLargeClusterIsServedThroughFaults(long seed) {
        // Given
        var simulation = new ClusterSimulation(seed);
        simulation.workers(200, 8);
        for (int i = 0; i < 100; i++) {
            simulation.client(50, simulation::duration);
        }
        simulation.network.lossShare = 0.001;
        for (int i = 0; i < 10; i++) {
            simulation.breakSomething();
        }

        // When
        simulation.begin(32);
        simulation.runToRest();

        // Then
        assertThat(simulation.broken).as("seed %d", seed).isEmpty();
    }

    @Test
    void clientsOfOneSchedulerGetTheSame() {
        // Given
        var simulation = new ClusterSimulation(7);
        simulation.workers(8, 8);
        for (int i = 0; i < 10; i++) {
            simulation.client(100_000, simulation::duration);
        }

        // When
        simulation.begin(40);
        simulation.runFor(60 * SECOND);

        // Then
        for (String scheduler : List.of("A", "B")) {
            LongSummaryStatistics done =
                    simulation.clients.stream()
                            .filter(client -> client.scheduler().equals(scheduler))
                            .mapToLong(client -> client.done)
                            .summaryStatistics();
            assertThat(done.getMin()).isGreaterThan(done.getMax() * 8 / 10);
        }
        assertThat(simulation.clients).allMatch(client -> client.local < client.done / 50);
    }

    @Test
    void aHugeBuildDoesNotHoldUpASmallOne() {
        // Given
        var simulation = new ClusterSimulation(8);
        simulation.workers(4, 8);
        simulation.client(1_000_000, simulation::duration);
        simulation.client(100, simulation::duration);

        // When
        simulation.begin(1);
        simulation.clients.getFirst().build(500);
        simulation.runFor(60 * SECOND);

        // Then
        assertThat(simulation.clients.getLast().isDone()).isTrue();
        assertThat(simulation.clients.getLast().local).isZero();
    }
}
