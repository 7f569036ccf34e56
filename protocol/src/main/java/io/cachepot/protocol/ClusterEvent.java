package io.cachepot.protocol;

import java.util.Map;

/**
 * Something that happened in the cluster, for those who watch it.
 *
 * @param number grows by one with each event of one scheduler's start
 * @param atMillis since the epoch, by that scheduler's clock
 * @param type {@code worker_up}, {@code worker_gone}, {@code worker_draining}, {@code job_granted},
 *     {@code job_ended}, {@code grid} or {@code member}
 * @param facts names and values
 */
public record ClusterEvent(long number, long atMillis, String type, Map<String, String> facts) {
    public ClusterEvent {
        facts = Map.copyOf(facts);
    }
}
