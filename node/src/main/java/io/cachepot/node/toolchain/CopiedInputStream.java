package io.cachepot.node.toolchain;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Writes all that is read from it to another place; nothing is skipped. */
final class CopiedInputStream extends FilterInputStream {
    private final OutputStream copy;

    CopiedInputStream(InputStream in, OutputStream copy) {
        super(in);
        this.copy = copy;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        if (b >= 0) {
            copy.write(b);
        }
        return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = super.read(buffer, offset, length);
        if (n > 0) {
            copy.write(buffer, offset, n);
        }
        return n;
    }

    @Override
    public long skip(long count) throws IOException {
        return Math.max(0, read(new byte[Math.clamp(count, 0, 8192)]));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
