package io.cachepot.node.grid;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.spi.merge.PutIfAbsentMergePolicy;
import io.cachepot.config.GridConfig;
import io.cachepot.config.HostPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * How a member of the grid is set up. Every property is one that measurements asked for; the two
 * time-outs that tempt (mastership claim, operation call) stay at their defaults: lowered, a frozen
 * or starved member shatters the grid or stops its partition table for ever.
 */
final class GridSettings {
    static final String WORKERS = "workers";
    static final String CERTIFICATES = "certificates";
    static final String JOBS = "jobs";
    static final String GRID = "grid";
    static final String RESULTS = "results";
    static final String ARRIVALS = "arrivals";

    /** All of them. */
    static final List<String> MAPS = List.of(WORKERS, CERTIFICATES, JOBS, GRID, RESULTS, ARRIVALS);

    /** Of results that a member answers for or has a copy of: some hundred bytes each. */
    private static final int RESULTS_MAX = 200_000;

    private static final int RESULT_IDLE_DAYS = 7;

    /** On lite members: the worker's {@code host:port}. */
    static final String WORKER_ATTRIBUTE = "cachepot.worker";

    /** On lite members: which start of the worker. */
    static final String INCARNATION_ATTRIBUTE = "cachepot.incarnation";

    private static final int PARTITIONS = 31;

    private GridSettings() {}

    /**
     * A member of the grid that {@code grid} describes.
     *
     * @throws GridException when the address to bind is not one
     */
    static Config member(GridConfig grid) {
        var config = new Config().setClusterName(grid.clusterName()).setProperties(common(grid));
        config.setAdvancedNetworkConfig(network(grid.bindAddr(), grid.members()));
        config.getJetConfig().setEnabled(false);
        config.getMetricsConfig().setEnabled(false);
        config.getIntegrityCheckerConfig().setEnabled(false);
        serialization(config);
        maps(config);
        return config;
    }

    /** A worker, which holds no data and runs no operation of others. */
    static Config liteMember(GridConfig grid) {
        Config config = member(grid).setLiteMember(true);
        config.setProperty("hazelcast.io.thread.count", "1")
                .setProperty("hazelcast.operation.thread.count", "2")
                .setProperty("hazelcast.operation.generic.thread.count", "2")
                .setProperty("hazelcast.event.thread.count", "1");
        return config;
    }

    private static Properties common(GridConfig grid) {
        var properties = new Properties();
        properties.setProperty("hazelcast.logging.type", "jdk");
        properties.setProperty(
                "hazelcast.heartbeat.interval.seconds",
                Long.toString(grid.heartbeatInterval().toSeconds()));
        properties.setProperty(
                "hazelcast.max.no.heartbeat.seconds",
                Long.toString(grid.noHeartbeat().toSeconds()));
        properties.setProperty("hazelcast.connection.monitor.max.faults", "1");
        properties.setProperty("hazelcast.merge.first.run.delay.seconds", "10");
        properties.setProperty("hazelcast.merge.next.run.delay.seconds", "5");
        properties.setProperty("hazelcast.wait.seconds.before.join", "0");
        properties.setProperty("hazelcast.max.wait.seconds.before.join", "0");
        properties.setProperty("hazelcast.tcp.join.port.try.count", "1");
        properties.setProperty("hazelcast.partition.count", Integer.toString(PARTITIONS));
        properties.setProperty("hazelcast.socket.bind.any", "false");
        // Not as an interface: a member that is given by name is then looked for on that alone.
        properties.setProperty("hazelcast.local.localAddress", resolve(grid.bindAddr().host()));
        properties.setProperty("hazelcast.phone.home.enabled", "false");
        properties.setProperty("hazelcast.shutdownhook.enabled", "false");
        properties.setProperty("hazelcast.health.monitoring.level", "OFF");
        properties.setProperty("hazelcast.member.list.publish.interval.seconds", "10");
        return properties;
    }

    /** Members only: no client, REST or memcache protocol is spoken on any port. */
    private static AdvancedNetworkConfig network(HostPort bind, List<HostPort> members) {
        var endpoint =
                new ServerSocketEndpointConfig().setPort(bind.port()).setPortAutoIncrement(false);
        var network = new AdvancedNetworkConfig().setEnabled(true);
        network.setMemberEndpointConfig(endpoint);
        var join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true);
        members.forEach(member -> join.getTcpIpConfig().addMember(member.toString()));
        return network;
    }

    private static String resolve(String host) {
        try {
            return InetAddress.getByName(host).getHostAddress();
        } catch (UnknownHostException e) {
            throw new GridException(
                    "grid.bind_addr has host '" + host + "', expected one that is known here", e);
        }
    }

    /**
     * Exceptions and a few enums of Hazelcast's own travel as Java objects; a narrower list than
     * this one keeps members from merging.
     */
    private static void serialization(Config config) {
        var filter = new JavaSerializationFilterConfig().setDefaultsDisabled(true);
        filter.getWhitelist()
                .addPrefixes("com.hazelcast.", "java.lang.", "java.util.", "java.io.", "java.net.")
                .addPrefixes("[");
        filter.getBlacklist()
                .addPrefixes("com.hazelcast.shaded.", "java.rmi.", "java.lang.reflect.");
        config.getSerializationConfig()
                .setJavaSerializationFilterConfig(filter)
                .addDataSerializableFactory(GridFactory.ID, new GridFactory());
        config.getSerializationConfig()
                .getCompactSerializationConfig()
                .setZeroConfigFilter(new JavaSerializationFilterConfig().setDefaultsDisabled(true));
    }

    private static void maps(Config config) {
        config.addMapConfig(
                map(WORKERS, WorkerMerge.class).setInMemoryFormat(InMemoryFormat.OBJECT));
        config.addMapConfig(map(JOBS, JobMerge.class).setInMemoryFormat(InMemoryFormat.BINARY));
        config.addMapConfig(map(CERTIFICATES, KeepNewcomer.class));
        config.addMapConfig(map(GRID, KeepNewcomer.class));
        config.addMapConfig(
                map(RESULTS, ResultMerge.class)
                        .setMaxIdleSeconds((int) TimeUnit.DAYS.toSeconds(RESULT_IDLE_DAYS))
                        .setEvictionConfig(
                                new EvictionConfig()
                                        .setEvictionPolicy(EvictionPolicy.LRU)
                                        .setMaxSizePolicy(MaxSizePolicy.PER_NODE)
                                        .setSize(RESULTS_MAX)));
        config.addMapConfig(map(ARRIVALS, PutIfAbsentMergePolicy.class));
    }

    private static MapConfig map(String name, Class<?> mergePolicy) {
        return new MapConfig(name)
                .setBackupCount(1)
                .setReadBackupData(true)
                .setStatisticsEnabled(true)
                .setMergePolicyConfig(new MergePolicyConfig().setPolicy(mergePolicy.getName()));
    }
}
