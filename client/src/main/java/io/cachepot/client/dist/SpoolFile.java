package io.cachepot.client.dist;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file that a request's body is written to before it is sent. Tells trouble with itself from
 * trouble with what is copied into it.
 */
final class SpoolFile extends FilterOutputStream {
    private SpoolFile(OutputStream out) {
        super(out);
    }

    /** The file can not be written. */
    static final class Failure extends IOException {
        private static final long serialVersionUID = 1L;

        Failure(IOException cause) {
            super(cause.toString(), cause);
        }
    }

    static SpoolFile open(Path file) throws Failure {
        try {
            return new SpoolFile(Files.newOutputStream(file));
        } catch (IOException e) {
            throw new Failure(e);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw new Failure(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            out.close();
        } catch (IOException e) {
            throw new Failure(e);
        }
    }
}
