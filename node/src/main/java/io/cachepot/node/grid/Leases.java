package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.cachepot.node.scheduler.Lease;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.JobForecast;
import io.cachepot.protocol.JobId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Jobs and their leases on the grid. A worker's entry goes over the wire with each change of it, so
 * ids are sixteen bytes, and the names of schedulers and clients, which repeat, are written once.
 */
final class Leases {
    private Leases() {}

    static void writeIds(ObjectDataOutput out, List<JobId> jobs) throws IOException {
        out.writeInt(jobs.size());
        for (JobId job : jobs) {
            write(out, job);
        }
    }

    static List<JobId> readIds(ObjectDataInput in) throws IOException {
        int count = Texts.count(in, "jobs");
        var jobs = new ArrayList<JobId>(count);
        for (int i = 0; i < count; i++) {
            jobs.add(readId(in));
        }
        return jobs;
    }

    static void write(ObjectDataOutput out, Map<JobId, Lease> leases) throws IOException {
        var names = new LinkedHashMap<String, Integer>();
        for (Lease lease : leases.values()) {
            names.putIfAbsent(lease.scheduler(), names.size());
            names.putIfAbsent(lease.client(), names.size());
        }
        Texts.write(out, names.keySet());
        out.writeInt(leases.size());
        for (Map.Entry<JobId, Lease> each : leases.entrySet()) {
            Lease lease = each.getValue();
            write(out, each.getKey());
            out.writeInt(names.getOrDefault(lease.scheduler(), 0));
            out.writeInt(names.getOrDefault(lease.client(), 0));
            out.writeLong(lease.forecast().millis());
            out.writeLong(lease.forecast().memoryBytes());
        }
    }

    static SequencedMap<JobId, Lease> read(ObjectDataInput in) throws IOException {
        List<String> names = Texts.readList(in);
        int count = Texts.count(in, "jobs");
        var leases = new LinkedHashMap<JobId, Lease>();
        for (int i = 0; i < count; i++) {
            JobId job = readId(in);
            String scheduler = name(names, in.readInt());
            String client = name(names, in.readInt());
            leases.put(
                    job,
                    new Lease(scheduler, client, new JobForecast(in.readLong(), in.readLong())));
        }
        return leases;
    }

    private static String name(List<String> names, int index) throws IOException {
        if (index < 0 || index >= names.size()) {
            throw new IOException("name " + index + " of " + names.size());
        }
        return names.get(index);
    }

    static void write(ObjectDataOutput out, Digest digest) throws IOException {
        out.writeLong(digest.a());
        out.writeLong(digest.b());
        out.writeLong(digest.c());
        out.writeLong(digest.d());
    }

    static Digest readDigest(ObjectDataInput in) throws IOException {
        return new Digest(in.readLong(), in.readLong(), in.readLong(), in.readLong());
    }

    static void write(ObjectDataOutput out, JobId job) throws IOException {
        out.writeLong(job.high());
        out.writeLong(job.low());
    }

    static JobId readId(ObjectDataInput in) throws IOException {
        return new JobId(in.readLong(), in.readLong());
    }
}
