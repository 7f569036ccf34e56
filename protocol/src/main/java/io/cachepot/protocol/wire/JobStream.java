package io.cachepot.protocol.wire;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Job;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The body of {@code run_job}: HEAD with the {@link Job}, then a BLOB for each content that the
 * client thinks the worker lacks.
 */
public final class JobStream {
    private JobStream() {}

    public static void writeHead(PartStreamWriter out, Job job) throws IOException {
        out.part(PartType.HEAD, Json.encode(job));
    }

    public static void writeBlob(
            PartStreamWriter out, Digest digest, InputStream content, long sizeBytes)
            throws IOException {
        out.part(PartType.BLOB, digest.toByteArray(), content, sizeBytes);
    }

    public static Job readHead(PartStreamReader in) throws IOException {
        in.expect(PartType.HEAD);
        return Json.decode(in.readRest(Json.BYTES_MAX), Job.class);
    }

    /**
     * Hands each blob to {@code receiver}, to the end of the stream.
     *
     * @throws WireException when the stream is not whole; what the receiver took is void then
     */
    public static void readBlobs(PartStreamReader in, BlobReceiver receiver) throws IOException {
        for (Optional<PartType> part = in.next(); part.isPresent(); part = in.next()) {
            if (part.get() != PartType.BLOB) {
                throw new WireException("job stream has a part " + part.get() + ", expected BLOB");
            }
            var digest = Digest.fromBytes(in.readExactly(Digest.SIZE_BYTES));
            receiver.blob(digest, in.left(), in.body());
        }
    }

    /** Takes contents; must check each against its digest. */
    @FunctionalInterface
    public interface BlobReceiver {
        void blob(Digest digest, long sizeBytes, InputStream content) throws IOException;
    }
}
