package io.cachepot.node.grid;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.LocalMapStats;
import com.hazelcast.partition.Partition;
import io.cachepot.node.scheduler.GridFigures;
import io.cachepot.node.scheduler.GridFigures.MapFigures;
import io.cachepot.node.scheduler.GridHealth;
import io.cachepot.node.scheduler.SchedulerDirectory;
import io.cachepot.node.scheduler.UnavailableException;
import io.cachepot.protocol.SchedulerStatus.MemberView;
import io.cachepot.protocol.WorkerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final Supplier<Optional<Instant>> certificateExpiry;
    private final String self = UUID.randomUUID().toString();
    private final String url;
    private final String tokenKey;

    /** Replaced by {@link #refresh}. */
    private volatile Map<String, SchedulerValue> records = Map.of();

    /** Made of the records and the members when either changes: reports come by the thousand. */
    private volatile View view = new View(Set.of(), List.of(), List.of(), List.of(), Set.of());

    /** This scheduler's; written by the grid's threads, read by requests. */
    private volatile long term;

    private record View(
            Set<String> present,
            List<String> urls,
            List<String> tokenKeys,
            List<String> gridMembers,
            Set<WorkerStart> workers) {}

    /**
     * @param hazelcast the member, which may be another one later
     */
    GridSchedulers(
            Supplier<HazelcastInstance> hazelcast,
            GridWatch watch,
            Supplier<List<String>> warnings,
            Supplier<Optional<Instant>> certificateExpiry,
            String url,
            String tokenKey) {
        this.hazelcast = hazelcast;
        this.watch = watch;
        this.warnings = warnings;
        this.certificateExpiry = certificateExpiry;
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
        look();
    }

    /** Looks who is there; to be called when that changes. */
    void look() {
        Set<Member> members = hazelcast.get().getCluster().getMembers();
        Map<String, SchedulerValue> there = presentRecords(members);
        var present = new LinkedHashSet<String>();
        present.add(self);
        there.keySet().forEach(key -> present.add(key.substring(PREFIX.length())));
        var urls = new LinkedHashSet<String>();
        urls.add(url);
        there.values().forEach(record -> urls.add(record.url()));
        var keys = new LinkedHashSet<String>();
        keys.add(tokenKey);
        records.values().stream().map(SchedulerValue::tokenKey).forEach(keys::add);
        view =
                new View(
                        present,
                        List.copyOf(urls),
                        keys.stream().limit(64).toList(),
                        dataMembers(members).map(GridSchedulers::address).toList(),
                        members.stream()
                                .flatMap(member -> WorkerStart.of(member).stream())
                                .collect(Collectors.toSet()));
    }

    private long term() {
        return records.values().stream().mapToLong(SchedulerValue::term).reduce(term, Math::max);
    }

    @Override
    public List<String> warnings() {
        return warnings.get();
    }

    @Override
    public GridFigures figures() {
        Set<Partition> partitions = hazelcast.get().getPartitionService().getPartitions();
        Member self = hazelcast.get().getCluster().getLocalMember();
        return new GridFigures(
                partitions.size(),
                (int) partitions.stream().filter(each -> self.equals(each.getOwner())).count(),
                GridSettings.MAPS.stream().map(this::figures).toList(),
                certificateExpiry.get());
    }

    private MapFigures figures(String map) {
        LocalMapStats stats = hazelcast.get().getMap(map).getLocalMapStats();
        return new MapFigures(
                map,
                stats.getOwnedEntryCount(),
                stats.getBackupEntryCount(),
                stats.getOwnedEntryMemoryCost() + stats.getBackupEntryMemoryCost(),
                stats.total());
    }

    @Override
    public GridHealth health() {
        return watch.health(term(), System.nanoTime());
    }

    @Override
    public String self() {
        return self;
    }

    private static Stream<Member> dataMembers(Set<Member> members) {
        return members.stream().filter(member -> !member.isLiteMember());
    }

    /** The records of schedulers that are there now. */
    private Map<String, SchedulerValue> presentRecords(Set<Member> members) {
        Set<String> names =
                dataMembers(members)
                        .map(member -> member.getUuid().toString())
                        .collect(Collectors.toSet());
        var present = new TreeMap<>(records);
        present.values().removeIf(record -> !names.contains(record.member()));
        return present;
    }

    @Override
    public Set<String> present() {
        return view.present;
    }

    @Override
    public List<String> urls() {
        return view.urls;
    }

    @Override
    public List<String> tokenKeys() {
        return view.tokenKeys;
    }

    @Override
    public String gridName() {
        return hazelcast.get().getConfig().getClusterName();
    }

    @Override
    public List<String> gridMembers() {
        return view.gridMembers;
    }

    @Override
    public boolean isMember(WorkerId worker, long incarnation) {
        return view.workers.contains(new WorkerStart(worker, incarnation));
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
