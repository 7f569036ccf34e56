package io.cachepot.node.scheduler;

import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.ReturnedGrant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What this scheduler did since its start, counted. */
public final class SchedulerCounts {
    private final LongAdder granted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder waitNanos = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final Map<ReturnedGrant.Reason, LongAdder> returned =
            new EnumMap<>(ReturnedGrant.Reason.class);

    SchedulerCounts() {
        for (ReturnedGrant.Reason reason : ReturnedGrant.Reason.values()) {
            returned.put(reason, new LongAdder());
        }
    }

    void answered(AllocJobResponse response, long nanos) {
        waitNanos.add(nanos);
        switch (response) {
            case AllocJobResponse.Granted(var grants) -> granted.add(grants.size());
            case AllocJobResponse.Refused _ -> refused.increment();
        }
    }

    void failed() {
        failed.increment();
    }

    void ended(int jobs) {
        ended.add(jobs);
    }

    void returned(List<ReturnedGrant> grants) {
        grants.forEach(grant ->
                returned.computeIfPresent(
                        grant.reason(),
                        (_, adder) -> {
                            adder.increment();
                            return adder;
                        }));
    }

    /**
     * The counts of one moment.
     *
     * @param granted permits that clients were given
     * @param refused requests that got none
     * @param failed requests that the grid did not answer
     * @param waitNanos how long all requests took together that were answered
     * @param ended jobs of which this scheduler heard that they ended
     * @param returned grants that came back, by reason; every reason is there
     */
    public record Counts(
            long granted,
            long refused,
            long failed,
            long waitNanos,
            long ended,
            Map<ReturnedGrant.Reason, Long> returned) {
        public Counts {
            returned = Collections.unmodifiableMap(new EnumMap<>(returned));
        }
    }

    public Counts now() {
        var reasons = new EnumMap<ReturnedGrant.Reason, Long>(ReturnedGrant.Reason.class);
        returned.forEach((reason, adder) -> reasons.put(reason, adder.sum()));
        return new Counts(
                granted.sum(), refused.sum(), failed.sum(), waitNanos.sum(), ended.sum(), reasons);
    }
}
