package io.cachepot.node.scheduler;

import io.cachepot.protocol.SchedulerStatus.MemberView;
import io.cachepot.protocol.WorkerId;
import java.util.List;
import java.util.Set;

/** The schedulers of the cluster, and the members of its grid. */
public interface SchedulerDirectory {
    /** Name of this start of this scheduler, unlike any other. */
    String self();

    /** Names of those that are there now, this one among them. */
    Set<String> present();

    /** Their URLs, as workers and clients reach them. */
    List<String> urls();

    /** Public keys of all whose job tokens may still be good, also of some that left lately. */
    List<String> tokenKeys();

    String gridName();

    /** {@code host:port} of the grid's data members. */
    List<String> gridMembers();

    /** Whether this start of a worker is in the grid. */
    boolean isMember(WorkerId worker, long incarnation);

    /** Everybody in the grid. */
    List<MemberView> members();

    /** What a person should know of this scheduler's place in the grid. */
    List<String> warnings();

    /** What this scheduler's member holds. */
    GridFigures figures();

    /** How the grid is. */
    GridHealth health();
}
