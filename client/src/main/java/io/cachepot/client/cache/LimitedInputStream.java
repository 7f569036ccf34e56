package io.cachepot.client.cache;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The next so many bytes of another stream; that one must have them. */
final class LimitedInputStream extends FilterInputStream {
    static final int BUFFER_BYTES = 256 << 10;

    private long left;

    LimitedInputStream(InputStream in, long left) {
        super(in);
        this.left = left;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            return -1;
        }
        int n = in.read(buffer, offset, (int) Math.min(length, left));
        if (n < 0) {
            throw new DamagedEntryException("entry ends " + left + " bytes early");
        }
        left -= n;
        return n;
    }

    @Override
    public long skip(long count) throws IOException {
        return Math.max(0, read(new byte[Math.clamp(count, 0, BUFFER_BYTES)]));
    }

    @Override
    public int available() throws IOException {
        return (int) Math.min(left, in.available());
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** In few large steps. */
    @Override
    public long transferTo(OutputStream out) throws IOException {
        byte[] buffer = new byte[(int) Math.min(left, BUFFER_BYTES)];
        long all = 0;
        for (int n = read(buffer); n > 0; n = read(buffer)) {
            out.write(buffer, 0, n);
            all += n;
        }
        return all;
    }
}
