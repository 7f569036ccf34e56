package io.cachepot.node.grid;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.cachepot.node.scheduler.GridHealth;
import io.cachepot.node.scheduler.SchedulerDirectory;
import io.cachepot.node.scheduler.UnavailableException;
import io.cachepot.protocol.SchedulerStatus.MemberView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The directory in map {@code grid}: each start of a scheduler keeps one record there. A record
 * outlives its scheduler by as long as a job token may be good, so that grants in hand stay so.
 */
final class GridSchedulers implements SchedulerDirectory {
    /** Longer than a job token and a refresh. */
    private static final long RECORD_MINUTES = 20;

    private static final String PREFIX = "scheduler/";

    private final Supplier<HazelcastInstance> hazelcast;
    private final GridWatch watch;
    private final Supplier<List<String>> warnings;
    private final String self = UUID.randomUUID().toString();
    private final String url;
    private final String tokenKey;

    /** Read by requests, replaced by {@link #refresh}: no report of a worker waits for the grid. */
    private volatile Map<String, SchedulerValue> records = Map.of();

    /** This scheduler's; written by the grid's threads, read by requests. */
    private volatile long term;

    /**
     * @param hazelcast the member, which may be another one later
     */
    GridSchedulers(
            Supplier<HazelcastInstance> hazelcast,
            GridWatch watch,
            Supplier<List<String>> warnings,
            String url,
            String tokenKey) {
        this.hazelcast = hazelcast;
        this.watch = watch;
        this.warnings = warnings;
        this.url = url;
        this.tokenKey = tokenKey;
    }

    private IMap<String, SchedulerValue> map() {
        return hazelcast.get().getMap(GridSettings.GRID);
    }

    /** A term of its own begins, at the start and after a merge, when the member has a new name. */
    void beginTerm() {
        refresh();
        term = term() + 1;
    }

    /**
     * Writes this scheduler's record, and its copy, and reads those of the others.
     *
     * @throws UnavailableException when the grid does not answer in time
     */
    void announce() {
        String member = hazelcast.get().getCluster().getLocalMember().getUuid().toString();
        var record = new SchedulerValue(url, tokenKey, member, term);
        Calls.await(
                "own record",
                () -> map().setAsync(PREFIX + self, record, RECORD_MINUTES, TimeUnit.MINUTES));
        refresh();
    }

    /** Reads the records of all. */
    void refresh() {
        IMap<String, SchedulerValue> map = map();
        records = new TreeMap<>(map.getAll(map.keySet()));
    }

    private long term() {
        return records.values().stream().mapToLong(SchedulerValue::term).reduce(term, Math::max);
    }

    @Override
    public List<String> warnings() {
        return warnings.get();
    }

    @Override
    public GridHealth health() {
        return watch.health(term(), System.nanoTime());
    }

    @Override
    public String self() {
        return self;
    }

    @Override
    public Set<String> present() {
        var present = new LinkedHashSet<String>();
        present.add(self);
        presentRecords().keySet().forEach(key -> present.add(key.substring(PREFIX.length())));
        return present;
    }

    private Stream<Member> dataMembers() {
        return hazelcast.get().getCluster().getMembers().stream()
                .filter(member -> !member.isLiteMember());
    }

    /** The records of schedulers that are there now. */
    private Map<String, SchedulerValue> presentRecords() {
        Set<String> members =
                dataMembers()
                        .map(member -> member.getUuid().toString())
                        .collect(Collectors.toSet());
        var present = new TreeMap<>(records);
        present.values().removeIf(record -> !members.contains(record.member()));
        return present;
    }

    @Override
    public List<String> urls() {
        var urls = new LinkedHashSet<String>();
        urls.add(url);
        presentRecords().values().forEach(record -> urls.add(record.url()));
        return List.copyOf(urls);
    }

    @Override
    public List<String> tokenKeys() {
        var keys = new LinkedHashSet<String>();
        keys.add(tokenKey);
        records.values().stream().map(SchedulerValue::tokenKey).forEach(keys::add);
        return keys.stream().limit(64).toList();
    }

    @Override
    public String gridName() {
        return hazelcast.get().getConfig().getClusterName();
    }

    @Override
    public List<String> gridMembers() {
        return dataMembers().map(GridSchedulers::address).toList();
    }

    @Override
    public List<MemberView> members() {
        var views = new ArrayList<MemberView>();
        for (Member member : hazelcast.get().getCluster().getMembers()) {
            String worker = member.getAttribute(GridSettings.WORKER_ATTRIBUTE);
            views.add(
                    new MemberView(
                            address(member),
                            member.isLiteMember() ? "worker" : "scheduler",
                            worker == null ? "" : worker,
                            member.localMember(),
                            // In the order in which they joined: the first one leads.
                            views.isEmpty()));
        }
        return views;
    }

    private static String address(Member member) {
        String host = member.getAddress().getHost();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + member.getAddress().getPort();
    }
}
