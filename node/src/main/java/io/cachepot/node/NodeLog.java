package io.cachepot.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cachepot.config.ProcessConfig;
import io.cachepot.config.logging.LogFilter;
import io.cachepot.config.logging.LogKind;
import io.cachepot.config.logging.Logging;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Points a node's log where the settings say. */
final class NodeLog {
    /**
     * Tells of each connection that closes, with a stack trace; who left the grid we say ourselves.
     * Held here, for the log manager forgets a logger that nobody holds.
     */
    private static final Logger CONNECTIONS =
            Logger.getLogger("com.hazelcast.internal.server.tcp.TcpServerConnection");

    /**
     * Tells of each peer that sends nonsense, at the level of failures of ours and with a stack
     * trace: whoever can connect could fill the log. Held as the one above.
     */
    private static final Logger PEERS = Logger.getLogger("io.undertow.request.io");

    private NodeLog() {}

    /**
     * Begins to log.
     *
     * @param syslogLevel also to syslog, from that level on, if present
     */
    static void configure(LogKind kind, ProcessConfig process, Optional<String> syslogLevel)
            throws IOException {
        if (process.errorLog().isPresent()) {
            var file = new FileOutputStream(process.errorLog().get().toFile(), true);
            System.setErr(new PrintStream(file, true, UTF_8));
        }
        LogFilter filter =
                syslogLevel
                        .map(level -> LogFilter.parse("cachepot=" + level))
                        .orElse(process.logFilter());
        Logging.configure(kind, filter);
        if (filter.everything().isEmpty()) {
            CONNECTIONS.setLevel(Level.SEVERE);
            PEERS.setLevel(Level.OFF);
        }
        if (syslogLevel.isPresent()) {
            Logger.getLogger("").addHandler(SyslogHandler.open(tag(kind)));
        }
    }

    /** As cachepot always has. */
    private static String tag(LogKind kind) {
        return kind == LogKind.SCHEDULER ? "cachepot" : "cachepot-build-coordinator";
    }
}
