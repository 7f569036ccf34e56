package io.cachepot.config.source;

import io.cachepot.config.GridConfig;
import io.cachepot.config.HostPort;

/** Reads table {@code grid}, which schedulers and workers share. */
final class GridReader {
    private GridReader() {}

    static Read<GridConfig> read(TableReader table) {
        var defaults = GridConfig.DEFAULT;
        var name = table.text("cluster_name").or(defaults.clusterName());
        var bindAddr =
                table.text("bind_addr", HostPort.EXPECTED, HostPort::parse).or(defaults.bindAddr());
        var insecure = table.truth("dangerously_insecure").or(defaults.isDangerouslyInsecure());
        var members =
                table.list("members", HostPort.EXPECTED, HostPort::parse).or(defaults.members());
        var interval = table.seconds("heartbeat_interval_secs").or(defaults.heartbeatInterval());
        var noHeartbeat = table.seconds("no_heartbeat_secs").or(defaults.noHeartbeat());
        return table.build(() ->
                new GridConfig(
                        name.get(),
                        bindAddr.get(),
                        insecure.get(),
                        members.get(),
                        interval.get(),
                        noHeartbeat.get()));
    }
}
