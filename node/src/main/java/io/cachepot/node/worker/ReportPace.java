package io.cachepot.node.worker;

import java.time.Duration;

/**
 * How often a worker reports.
 *
 * @param silenceMax a report comes at least so often
 * @param gap between two reports at least; changes in between go together
 * @param pauseMax longest pause after failures
 * @param answerMax how long a scheduler may take to answer
 * @param farewellMax how long the last report may take
 */
record ReportPace(
        Duration silenceMax,
        Duration gap,
        Duration pauseMax,
        Duration answerMax,
        Duration farewellMax) {
    static final ReportPace DEFAULT =
            new ReportPace(
                    Duration.ofSeconds(2),
                    Duration.ofMillis(50),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(2));
}
