package io.cachepot.node.worker;

import java.time.Duration;

/**
 * How often a worker reports.
 *
 * @param silenceMax a report comes at least so often
 * @param gapMin between two reports at least; changes in between go together
 * @param gapMax to a scheduler that takes long to answer: it has much to do
 * @param pauseMax longest pause after failures
 * @param answerMax how long a scheduler may take to answer
 * @param farewellMax how long the last report may take
 */
record ReportPace(
        Duration silenceMax,
        Duration gapMin,
        Duration gapMax,
        Duration pauseMax,
        Duration answerMax,
        Duration farewellMax) {
    static final ReportPace DEFAULT =
            new ReportPace(
                    Duration.ofSeconds(2),
                    Duration.ofMillis(10),
                    Duration.ofMillis(200),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(2));

    /** How long to wait after a report whose answer took {@code roundTrip}. */
    Duration gap(Duration roundTrip) {
        Duration gap = roundTrip.multipliedBy(4);
        if (gap.compareTo(gapMin) < 0) {
            return gapMin;
        }
        return gap.compareTo(gapMax) > 0 ? gapMax : gap;
    }
}
