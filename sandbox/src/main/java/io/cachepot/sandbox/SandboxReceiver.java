package io.cachepot.sandbox;

import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.io.InputStream;

/** Takes what a process left. */
public interface SandboxReceiver {
    void stdout(Bytes bytes) throws IOException;

    void stderr(Bytes bytes) throws IOException;

    /**
     * One output file.
     *
     * @param path as listed in the spec
     * @param sizeBytes exactly as many bytes as {@code content} gives
     * @param executable whether its owner may execute it
     * @param content read at once; closed by the caller
     */
    void output(String path, long sizeBytes, boolean executable, InputStream content)
            throws IOException;
}
