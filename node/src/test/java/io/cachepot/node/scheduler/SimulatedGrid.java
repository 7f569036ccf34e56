package io.cachepot.node.scheduler;

import io.cachepot.protocol.WorkerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The entries of workers, kept by two members as the real grid keeps them: one state while they see
 * each other, one each after a while when they do not, merged when they meet again; nothing when
 * both are gone. A call that touches a member which is frozen or cut off waits until that is
 * noticed, and is done then, though its caller has long given up.
 */
final class SimulatedGrid {
    private static final long NOTICED_NANOS = 5_000_000_000L;
    private static final long CALL_NANOS_MAX = 2_000_000_000L;

    /** How long it takes at most until a new member has its copies. */
    private static final long COPY_NANOS_MAX = 4_000_000_000L;

    /** A scheduler looks at its member so often. */
    private static final long WATCH_NANOS = 1_000_000_000L;

    private final VirtualTime time;
    private final SimulatedNetwork network;
    private final Random random;
    private final List<Member> members = new ArrayList<>();

    private boolean isSplit;
    private boolean isSplitting;

    SimulatedGrid(VirtualTime time, SimulatedNetwork network, Random random) {
        this.time = time;
        this.network = network;
        this.random = random;
    }

    /** What a scheduler holds of the grid. */
    final class Member {
        private final SimulatedProcess process;
        private final BiConsumer<@Nullable WorkerEntry, Boolean> listener;
        private Map<WorkerId, WorkerEntry> entries = new HashMap<>();

        /** Whether it has what the other one has, so that the other one may die. */
        private boolean hasCopies = true;

        private Member(
                SimulatedProcess process, BiConsumer<@Nullable WorkerEntry, Boolean> listener) {
            this.process = process;
            this.listener = listener;
        }

        /** Changes an entry, and tells what it is then; or why that is not known. */
        void change(
                WorkerId worker,
                UnaryOperator<@Nullable WorkerEntry> change,
                BiConsumer<@Nullable WorkerEntry, @Nullable String> then) {
            var call = new boolean[1];
            process.after(
                    CALL_NANOS_MAX,
                    () -> {
                        if (!call[0]) {
                            call[0] = true;
                            then.accept(null, "the grid did not answer");
                        }
                    });
            attempt(
                    worker,
                    change,
                    entry -> {
                        if (!call[0]) {
                            call[0] = true;
                            then.accept(entry, null);
                        }
                    });
        }

        private void attempt(
                WorkerId worker,
                UnaryOperator<@Nullable WorkerEntry> change,
                Consumer<@Nullable WorkerEntry> then) {
            boolean isStuck = !isSplit && otherIsOut() && random.nextInt(4) > 0;
            process.after(
                    isStuck ? 500_000_000L : network.delayNanos() / 4,
                    () -> {
                        if (isStuck && !isSplit && otherIsOut()) {
                            attempt(worker, change, then);
                        } else {
                            then.accept(apply(worker, change));
                        }
                    });
        }

        private boolean otherIsOut() {
            Member other = other();
            return other.process.isUp()
                    && (other.process.isFrozen()
                            || network.isCut(process, other.process)
                            || network.isCut(other.process, process));
        }

        private Member other() {
            return members.get(0) == this ? members.get(1) : members.get(0);
        }

        private @Nullable WorkerEntry apply(
                WorkerId worker, UnaryOperator<@Nullable WorkerEntry> change) {
            WorkerEntry now = change.apply(entries.get(worker));
            if (now != null) {
                entries.put(worker, now);
                for (Member member : members) {
                    if (member == this || (!isSplit && member.process.isUp())) {
                        member.entries.put(worker, now);
                        member.process.after(
                                network.delayNanos() / 4, () -> member.listener.accept(now, false));
                    }
                }
            }
            return now;
        }

        Map<WorkerId, WorkerEntry> entries() {
            return entries;
        }
    }

    /**
     * A member of {@code process}.
     *
     * @param listener told each entry that changes, and (null, true) after a merge
     */
    Member join(SimulatedProcess process, BiConsumer<@Nullable WorkerEntry, Boolean> listener) {
        var member = new Member(process, listener);
        members.add(member);
        return member;
    }

    /** After something happened to a member or between them. */
    void look() {
        members.forEach(this::lookForLoss);
        boolean isApart = isApart();
        if (isApart && !isSplit && !isSplitting) {
            isSplitting = true;
            time.after(
                    NOTICED_NANOS,
                    () -> {
                        isSplitting = false;
                        if (isApart()) {
                            isSplit = true;
                        }
                    });
        } else if (!isApart && isSplit) {
            time.after(NOTICED_NANOS, this::merge);
        }
    }

    /** What only the other one had is gone with it; the watch of its scheduler reads anew. */
    private void lookForLoss(Member member) {
        if (!member.hasCopies && member.process.isUp() && !member.other().process.isUp()) {
            member.hasCopies = true;
            member.entries = new HashMap<>();
            member.process.after(WATCH_NANOS, () -> reload(member));
        }
    }

    private static void reload(Member member) {
        member.listener.accept(null, true);
        member.entries.values().forEach(entry -> member.listener.accept(entry, false));
    }

    private boolean isApart() {
        Member one = members.get(0);
        return one.process.isUp()
                && one.other().process.isUp()
                && (one.otherIsOut() || one.process.isFrozen());
    }

    private void merge() {
        if (!isSplit || isApart() || members.stream().anyMatch(each -> !each.process.isUp())) {
            return;
        }
        isSplit = false;
        Member one = members.get(random.nextInt(2));
        var merged = new HashMap<>(one.entries);
        one.other()
                .entries
                .forEach((worker, entry) -> merged.merge(worker, entry, WorkerEntry::merged));
        for (Member member : members) {
            member.entries = new HashMap<>(merged);
            member.process.after(network.delayNanos(), () -> reload(member));
        }
    }

    /** A member begins anew: it gets what the other one holds. */
    void rejoined(Member member) {
        Member other = member.other();
        isSplit = isSplit && isApart();
        member.entries = other.process.isUp() ? new HashMap<>(other.entries) : new HashMap<>();
        member.hasCopies = !other.process.isUp();
        member.process.after(random.nextLong(COPY_NANOS_MAX), () -> member.hasCopies = true);
        reload(member);
        look();
    }

    boolean isTogether() {
        return !isSplit;
    }
}
