package io.cachepot.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How nodes find each other: table {@code grid}.
 *
 * @param clusterName nodes of another name are not spoken to
 * @param bindAddr where other members connect; port 0 is one of the system's choice
 * @param tls what members prove themselves with; without it whoever reaches the port is one
 * @param isDangerouslyInsecure whether {@code bind_addr} may be one that other machines reach,
 *     though there is no {@code tls}
 * @param members where to look for others at start; none makes a grid of one's own
 * @param heartbeatInterval between signs of life; at least a second
 * @param noHeartbeat silence after which a member is taken for dead; longer than {@code
 *     heartbeat_interval_secs}
 */
public record GridConfig(
        String clusterName,
        HostPort bindAddr,
        Optional<GridTls> tls,
        boolean isDangerouslyInsecure,
        List<HostPort> members,
        @Key("heartbeat_interval_secs") Duration heartbeatInterval,
        @Key("no_heartbeat_secs") Duration noHeartbeat) {
    public static final GridConfig DEFAULT =
            new GridConfig(
                    "cachepot",
                    new HostPort("127.0.0.1", 0),
                    Optional.empty(),
                    false,
                    List.of(),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5));

    public GridConfig {
        members = List.copyOf(members);
        new Checks()
                .notEmpty("cluster_name", clusterName)
                .that(
                        isDangerouslyInsecure || tls.isPresent() || bindAddr.isLoopback(),
                        "bind_addr",
                        "'"
                                + bindAddr
                                + "', where other machines can reach the grid's member port, and there is no table grid.tls",
                        "a loopback address, a table grid.tls (cachepot-dist auth init-cluster), or dangerously_insecure = true")
                .that(
                        members.stream().allMatch(member -> member.port() != 0),
                        "members",
                        members,
                        "no port 0")
                .atLeast(1, "heartbeat_interval_secs", heartbeatInterval.toSeconds())
                .that(
                        noHeartbeat.compareTo(heartbeatInterval) > 0,
                        "no_heartbeat_secs",
                        noHeartbeat.toSeconds(),
                        "more than heartbeat_interval_secs, " + heartbeatInterval.toSeconds())
                .verify();
    }
}
