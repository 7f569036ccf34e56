package io.cachepot.node.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.BuildDetails;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.JobDetails;
import io.cachepot.protocol.JobEnd;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.JobState;
import io.cachepot.protocol.SchedulerStatus;
import io.cachepot.protocol.SchedulerStatus.GridView;
import io.cachepot.protocol.SchedulerStatus.MemberView;
import io.cachepot.protocol.SchedulerStatus.WorkerView;
import io.cachepot.protocol.SeenBuild;
import io.cachepot.protocol.ToolchainDetails;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerDetails;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterTextTest {
    private static final WorkerId ONE = new WorkerId("10.100.100.101:10501");
    private static final WorkerId OTHER = new WorkerId("[fd00::1]:10501");
    private static final JobId JOB = new JobId("0123456789abcdef0123456789abcdef");
    private static final ToolchainId GCC = new ToolchainId(Digest.of(Bytes.utf8("gcc")));

    private static JobDetails job(JobState state, String client, long endedAt) {
        return new JobDetails(
                JOB, state, ONE, client, 1_500, endedAt == 0 ? 0 : 900, endedAt, end(endedAt));
    }

    private static JobEnd end(long endedAt) {
        return endedAt == 0 ? JobEnd.UNKNOWN : new JobEnd(1, "", 1, 2, 3, 900_000, "");
    }

    private static WorkerDetails worker(WorkerId id, State state, long memory, long heard) {
        return new WorkerDetails(
                id,
                "https://" + id.address() + "/",
                1,
                state,
                heard,
                128,
                128,
                memory,
                2,
                "0.1.0",
                3.25,
                List.of(),
                List.of(job(JobState.STARTED, "me@here", 0)),
                List.of(GCC));
    }

    @Test
    void theStatusSaysWhatIsThereAndWhatIsWrong() {
        var status =
                new SchedulerStatus(
                        1,
                        1,
                        8,
                        3,
                        1,
                        4_200,
                        new GridView("cachepot", "no_replica", 4, 7_300_000),
                        List.of("http://a:10600/", "http://b:10600/"),
                        List.of(
                                new WorkerView(ONE, State.UP, 8, 3, 1, "0.1.0"),
                                new WorkerView(OTHER, State.DRAINING, 8, 0, 1, "0.1.0")),
                        List.of(
                                new MemberView("a:1", "scheduler", "", true, true),
                                new MemberView("c:1", "worker", ONE.address(), false, false)),
                        List.of("the other scheduler is gone"));
        assertThat(ClusterText.status(status))
                .isEqualTo(
                        """
                        Grid        cachepot, no replica for 2 h, term 4
                        Members     1 scheduler, 1 worker
                        Schedulers  http://a:10600/
                                    http://b:10600/
                        Workers     1 take jobs, 1 draining
                        Permits     3 of 8 taken
                        Waiting     1 request, for 4.2 s
                        Warnings    the other scheduler is gone
                        """);
    }

    @Test
    void workersFitInto80Columns() {
        String text =
                ClusterText.workers(
                        List.of(
                                worker(ONE, State.UP, 515L << 30, 1_234),
                                worker(OTHER, State.DRAINING, 0, 59_000)));
        assertThat(text)
                .isEqualTo(
                        """
                        WORKER                STATE      JOBS  CPUS     MEMORY  PACE   HEARD  TOOLCHAINS
                        10.100.100.101:10501  up        1/128   128  515.0 GiB  0.50   1.2 s           1
                        [fd00::1]:10501       draining  1/128   128          -  0.50  59.0 s           1
                        """);
        assertThat(text.lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void jobsThatEndedSayWhen() {
        long now = 1_000_000_000;
        assertThat(
                        ClusterText.jobs(
                                List.of(
                                        job(JobState.STARTED, "", 0),
                                        job(JobState.COMPLETE, "me@here", now - 61_000)),
                                now))
                .isEqualTo(
                        """
                        JOB           STATE    WORKER                CLIENT   FORECAST    TOOK      ENDED
                        0123456789ab  started  10.100.100.101:10501  -           1.5 s       -          -
                        0123456789ab  exit 1   10.100.100.101:10501  me@here     1.5 s  900 ms  1 min ago
                        """);
    }

    @Test
    void buildsFitInto80Columns() {
        // Given
        var build =
                new BuildDetails(
                        JOB.hex(),
                        "somebody@hostname",
                        "make",
                        "a-project-with-a-name",
                        0,
                        754_000,
                        false,
                        3,
                        new BuildDetails.Counts(1_000, 24, 200, 30, 6, 9, 12),
                        0,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of());

        // When
        String text =
                ClusterText.builds(
                        List.of(new SeenBuild(build, 1_000), new SeenBuild(build, 100_000)));

        // Then
        assertThat(text)
                .isEqualTo(
                        """
                        CLIENT            BUILD              ALL  HITS  REMOTE  HOME    TOOK  STATE
                        somebody@hostna…  a-project-with-…  1260  81 %     200    36  12 min  running
                        somebody@hostna…  a-project-with-…  1260  81 %     200    36  12 min  silent
                        """);
        assertThat(text.lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void whatAStrangerCallsHimselfMovesNoCursor() {
        assertThat(ClusterText.jobs(List.of(job(JobState.STARTED, "a\u001b[2Jb\n", 0)), 0))
                .contains("a?[2Jb?")
                .doesNotContain("\u001b");
    }

    @Test
    void aToolchainIsFollowedByWhoHoldsIt() {
        String id = GCC.hex().substring(0, 24);
        assertThat(ClusterText.toolchains(List.of(new ToolchainDetails(GCC, List.of(ONE, OTHER)))))
                .isEqualTo(
                        "TOOLCHAIN                 HELD BY\n"
                                + id
                                + "  10.100.100.101:10501\n"
                                + " ".repeat(26)
                                + "[fd00::1]:10501\n");
    }
}
