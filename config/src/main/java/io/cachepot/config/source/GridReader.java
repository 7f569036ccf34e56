package io.cachepot.config.source;

import io.cachepot.config.GridConfig;
import io.cachepot.config.GridTls;
import io.cachepot.config.HostPort;
import java.util.List;

/** Reads table {@code grid}, which schedulers and workers share. */
final class GridReader {
    private GridReader() {}

    static Read<GridConfig> read(TableReader table) {
        var defaults = GridConfig.DEFAULT;
        var name = table.text("cluster_name").or(defaults.clusterName());
        var bindAddr =
                table.text("bind_addr", HostPort.EXPECTED, HostPort::parse).or(defaults.bindAddr());
        var tls = table.optionalTable("tls").map(GridReader::tls);
        var insecure = table.truth("dangerously_insecure").or(defaults.isDangerouslyInsecure());
        var members =
                table.list("members", HostPort.EXPECTED, HostPort::parse).or(defaults.members());
        var interval = table.seconds("heartbeat_interval_secs").or(defaults.heartbeatInterval());
        var noHeartbeat = table.seconds("no_heartbeat_secs").or(defaults.noHeartbeat());
        return table.build(() ->
                new GridConfig(
                        name.get(),
                        bindAddr.get(),
                        tls.map(Read::get),
                        insecure.get(),
                        members.get(),
                        interval.get(),
                        noHeartbeat.get()));
    }

    private static Read<GridTls> tls(TableReader table) {
        var authorities = table.path("authorities").required();
        var certificate = table.path("certificate").required();
        var key = table.path("key").required();
        var revoked = table.list("revoked", GridTls.SERIAL, GridTls::serial).or(List.of());
        return table.build(
                () -> new GridTls(authorities.get(), certificate.get(), key.get(), revoked.get()));
    }
}
