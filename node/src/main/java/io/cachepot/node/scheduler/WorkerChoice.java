package io.cachepot.node.scheduler;

import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Which worker gets the next job: of those that have a free permit the ones that hold the
 * toolchain, and of two of these drawn at random the less loaded (the power of two choices:
 * Mitzenmacher 2001), so that schedulers that do not see each other's last grants do not all run to
 * the same worker.
 */
final class WorkerChoice {
    private final long silenceNanosMax;
    private final RandomGenerator random;

    /**
     * @param silenceMax a worker that was not heard of for so long gets nothing
     */
    WorkerChoice(Duration silenceMax, RandomGenerator random) {
        this.silenceNanosMax = silenceMax.toNanos();
        this.random = random;
    }

    /** Whether {@code worker} is there, be it full or not. */
    boolean isThere(KnownWorker worker, long nowNanos) {
        return worker.entry().state() == WorkerReport.State.UP
                && nowNanos - worker.heardNanos() <= silenceNanosMax;
    }

    /** Free permits of all that are there. */
    int free(List<KnownWorker> workers, long nowNanos) {
        return workers.stream()
                .filter(worker -> isThere(worker, nowNanos))
                .mapToInt(worker -> worker.entry().free())
                .sum();
    }

    /** Empty when every permit is taken. */
    Optional<WorkerEntry> choose(List<KnownWorker> workers, ToolchainId toolchain, long nowNanos) {
        List<WorkerEntry> free =
                workers.stream()
                        .filter(worker -> isThere(worker, nowNanos))
                        .map(KnownWorker::entry)
                        .filter(entry -> entry.free() > 0)
                        .toList();
        List<WorkerEntry> equipped =
                free.stream().filter(entry -> entry.toolchains().contains(toolchain)).toList();
        return pick(equipped.isEmpty() ? free : equipped);
    }

    private Optional<WorkerEntry> pick(List<WorkerEntry> candidates) {
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        WorkerEntry one = candidates.get(random.nextInt(candidates.size()));
        WorkerEntry other = candidates.get(random.nextInt(candidates.size()));
        return Optional.of(load(one) <= load(other) ? one : other);
    }

    /** Share of permits taken. */
    private static double load(WorkerEntry entry) {
        return (double) entry.taken() / entry.jobsMax();
    }
}
