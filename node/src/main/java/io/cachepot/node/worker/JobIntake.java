package io.cachepot.node.worker;

import io.cachepot.node.cache.BlobStore;
import io.cachepot.node.cache.WrongContentException;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.InputEntry;
import io.cachepot.protocol.Job;
import io.cachepot.protocol.wire.JobStream;
import io.cachepot.protocol.wire.PartStreamReader;
import io.cachepot.protocol.wire.WireException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one job stream; believes it only when it was whole. */
final class JobIntake {
    private static final int BUFFER_BYTES = 64 << 10;

    private final PartStreamReader parts;
    private final Job job;

    /** Reads as far as the job itself. */
    JobIntake(InputStream request) throws IOException {
        parts = new PartStreamReader(new BufferedInputStream(request, BUFFER_BYTES), "client");
        job = JobStream.readHead(parts);
    }

    Job job() {
        return job;
    }

    /**
     * Reads the rest. Takes each input once at most and nothing else, so that the job bounds its
     * stream.
     */
    void receiveBlobs(BlobStore.Pins pins) throws IOException {
        Map<Digest, Long> wanted = sizes();
        JobStream.readBlobs(
                parts,
                (digest, sizeBytes, content) -> {
                    check(digest, sizeBytes, wanted.remove(digest));
                    pins.put(digest, sizeBytes, content);
                });
    }

    private Map<Digest, Long> sizes() {
        var sizes = new HashMap<Digest, Long>();
        for (InputEntry input : job.inputs()) {
            if (input instanceof InputEntry.File file) {
                sizes.put(file.digest(), file.sizeBytes());
            }
        }
        return sizes;
    }

    private static void check(Digest digest, long sizeBytes, @Nullable Long wanted) {
        if (wanted == null) {
            throw new WireException(
                    "job stream has content "
                            + digest
                            + ", expected inputs of the job, each once at most");
        }
        if (wanted != sizeBytes) {
            throw new WrongContentException(
                    "content of " + digest + " has " + sizeBytes + " bytes, expected " + wanted);
        }
    }
}
