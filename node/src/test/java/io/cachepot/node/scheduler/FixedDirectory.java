package io.cachepot.node.scheduler;

import io.cachepot.protocol.SchedulerStatus.MemberView;
import io.cachepot.protocol.WorkerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A directory without a grid: it knows names alone. */
record FixedDirectory(Supplier<String> selfNow, Supplier<Set<String>> presentNow)
        implements SchedulerDirectory {
    @Override
    public String self() {
        return selfNow.get();
    }

    @Override
    public Set<String> present() {
        return presentNow.get();
    }

    @Override
    public List<String> urls() {
        return List.of();
    }

    @Override
    public List<String> tokenKeys() {
        return List.of();
    }

    @Override
    public String gridName() {
        return "";
    }

    @Override
    public List<String> gridMembers() {
        return List.of();
    }

    @Override
    public boolean isMember(WorkerId worker, long incarnation) {
        return false;
    }

    @Override
    public List<MemberView> members() {
        return List.of();
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }

    @Override
    public GridFigures figures() {
        return new GridFigures(0, 0, List.of(), Optional.empty());
    }

    @Override
    public GridHealth health() {
        return new GridHealth(GridHealth.State.SAFE, 1, Duration.ZERO);
    }
}
