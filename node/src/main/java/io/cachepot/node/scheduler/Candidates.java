package io.cachepot.node.scheduler;

import io.cachepot.protocol.AllocJobRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The free permits of one moment. What is taken here is only meant: the worker's entry decides.
 *
 * <p>Of the workers that may have the job those that hold the toolchain, and of two of these drawn
 * at random the one where it should end sooner (the power of two choices: Mitzenmacher 2001), so
 * that schedulers that do not see each other's last grants do not all run to the same worker.
 */
final class Candidates {
    private final List<Candidate> candidates = new ArrayList<>();
    private final RandomGenerator random;
    private int free;

    Candidates(RandomGenerator random) {
        this.random = random;
    }

    /** One worker's part of it. */
    static final class Candidate {
        private final WorkerEntry entry;
        private final Predicate<String> mayServe;
        private int free;
        private long memoryMeant;

        private Candidate(WorkerEntry entry, int free, Predicate<String> mayServe) {
            this.entry = entry;
            this.free = free;
            this.mayServe = mayServe;
        }

        WorkerEntry entry() {
            return entry;
        }

        boolean suits(AllocJobRequest request) {
            return free > 0
                    && !request.avoid().contains(entry.id())
                    && hasMemory(request)
                    && mayServe.test(request.client());
        }

        /** One job is taken by an idle worker whatever it needs: nobody else would have it. */
        private boolean hasMemory(AllocJobRequest request) {
            long needed = request.forecast().memoryBytes();
            return needed == 0
                    || entry.memoryBytes() == 0
                    || needed <= memoryFree()
                    || (entry.taken() == 0 && free == entry.jobsMax());
        }

        private long memoryFree() {
            return entry.memoryFree() - memoryMeant;
        }

        /** How long a job may take here, against a usual and idle worker. */
        private double cost() {
            double load = 1 - (double) free / entry.jobsMax();
            return entry.slowness() * (0.5 + load);
        }
    }

    void add(WorkerEntry entry, int permits, Predicate<String> mayServe) {
        if (permits > 0) {
            candidates.add(new Candidate(entry, permits, mayServe));
            free += permits;
        }
    }

    int free() {
        return free;
    }

    /** Null when no worker that has a free permit may have {@code request}. */
    @Nullable Candidate choose(AllocJobRequest request) {
        var equipped = new ArrayList<Candidate>();
        var others = new ArrayList<Candidate>();
        for (Candidate candidate : candidates) {
            if (candidate.suits(request)) {
                boolean isEquipped = candidate.entry.toolchains().contains(request.toolchain());
                (isEquipped ? equipped : others).add(candidate);
            }
        }
        return pick(equipped.isEmpty() ? others : equipped);
    }

    private @Nullable Candidate pick(List<Candidate> suitable) {
        if (suitable.isEmpty()) {
            return null;
        }
        Candidate one = suitable.get(random.nextInt(suitable.size()));
        Candidate other = suitable.get(random.nextInt(suitable.size()));
        return one.cost() <= other.cost() ? one : other;
    }

    /**
     * Takes permits of {@code candidate} for {@code request}: half of what is free at most, so that
     * a large request spreads out.
     *
     * @return how many, 1 to {@code wanted}
     */
    int take(Candidate candidate, AllocJobRequest request, int wanted) {
        long needed = request.forecast().memoryBytes();
        int most = (candidate.free + 1) / 2;
        if (needed > 0 && candidate.entry.memoryBytes() > 0) {
            most = Math.clamp(candidate.memoryFree() / needed, 1, most);
        }
        int taken = Math.min(wanted, most);
        candidate.free -= taken;
        candidate.memoryMeant += taken * needed;
        free -= taken;
        return taken;
    }
}
