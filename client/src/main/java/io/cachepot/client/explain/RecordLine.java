package io.cachepot.client.explain;

import io.cachepot.client.explain.CompileRecord.Exit;
import io.cachepot.client.explain.CompileRecord.Kept;
import io.cachepot.client.stats.Durations;
import io.cachepot.client.stats.Phase;

/** One compile in one line of the log. */
final class RecordLine {
    private RecordLine() {}

    static String of(CompileRecord each) {
        var line = new StringBuilder();
        line.append("source=").append(each.source());
        line.append(" tier=").append(each.tier().key());
        each.worker().ifPresent(worker -> line.append(" worker=").append(worker));
        line.append(" exit=").append(exit(each.exit()));
        each.why().ifPresent(why -> line.append(" reason='").append(why.detail()).append('\''));
        each.localReason().ifPresent(why -> line.append(" no_worker='").append(why).append('\''));
        if (each.kept() instanceof Kept.No(var reason)) {
            line.append(" not_kept='").append(reason).append('\'');
        }
        for (Phase phase : Phase.values()) {
            long nanos = each.times().nanos(phase);
            if (nanos > 0) {
                line.append(' ').append(phase.key()).append('=');
                line.append(Durations.text(nanos).replace(" ", ""));
            }
        }
        return line.toString();
    }

    static String exit(Exit exit) {
        return switch (exit) {
            case Exit.Code(int code) -> Integer.toString(code);
            case Exit.Signal(int signal) -> "signal " + signal;
            case Exit.Unseen _ -> "not seen";
        };
    }
}
