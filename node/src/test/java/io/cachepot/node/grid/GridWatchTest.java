package io.cachepot.node.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.node.grid.GridWatch.Look;
import io.cachepot.node.scheduler.GridHealth.State;
import org.junit.jupiter.api.Test;

class GridWatchTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Look SAFE = new Look(true, 2, true, false);
    private static final Look SILENT = new Look(false, 2, true, false);

    private final GridWatch watch = new GridWatch(0);

    @Test
    void saysHowTheGridIs() {
        assertThat(SAFE.state()).isEqualTo(State.SAFE);
        assertThat(new Look(true, 2, false, false).state()).isEqualTo(State.SYNCING);
        assertThat(new Look(true, 1, true, false).state()).isEqualTo(State.NO_REPLICA);
        assertThat(SILENT.state()).isEqualTo(State.UNREACHABLE);
        assertThat(new Look(false, 1, false, true).state()).isEqualTo(State.MERGING);
    }

    @Test
    void tellsOnlyWhatIsNew() {
        assertThat(watch.see(SAFE, SECOND)).isTrue();
        assertThat(watch.see(SAFE, 2 * SECOND)).isFalse();
        assertThat(watch.health(7, 5 * SECOND).since()).hasSeconds(4);
        assertThat(watch.health(7, 5 * SECOND).term()).isEqualTo(7);
    }

    @Test
    void aMemberThatIsCutOffForAMinuteIsLost() {
        // Given
        watch.see(SAFE, 0);
        watch.see(SILENT, SECOND);

        // Then
        assertThat(watch.isLost(60 * SECOND)).isFalse();
        assertThat(watch.isLost(61 * SECOND)).isTrue();

        // When
        watch.restarted(61 * SECOND);

        // Then
        assertThat(watch.isLost(62 * SECOND)).isFalse();
        watch.see(SILENT, 62 * SECOND);
        assertThat(watch.isLost(121 * SECOND)).isFalse();
        assertThat(watch.isLost(122 * SECOND)).isTrue();
    }

    @Test
    void oneThatIsAloneOrSyncsIsNotLost() {
        watch.see(new Look(true, 1, true, false), 0);
        assertThat(watch.isLost(1_000 * SECOND)).isFalse();
        watch.see(new Look(true, 2, false, false), 0);
        assertThat(watch.isLost(1_000 * SECOND)).isFalse();
    }
}
