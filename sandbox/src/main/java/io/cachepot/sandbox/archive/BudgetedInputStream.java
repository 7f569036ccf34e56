package io.cachepot.sandbox.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Gives no more than it has been allowed to. A tar reader keeps extended headers in memory, and a
 * few compressed bytes may claim that they are gigabytes long.
 */
final class BudgetedInputStream extends FilterInputStream {
    private static final int END_MARK_BYTES = 512;

    private long budget;
    private long zeros;

    BudgetedInputStream(InputStream in) {
        super(in);
    }

    /** From now on {@code bytes} may be read, what was left before is void. */
    void allow(long bytes) {
        budget = bytes;
    }

    /** What is left of what was allowed. */
    long left() {
        return budget;
    }

    /**
     * Whether the last of what was read is the block of zeros that ends a tar archive: the reader
     * takes the end of the stream for one.
     */
    boolean hasEndMark() {
        return zeros >= END_MARK_BYTES;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        checkBudget();
        int n = in.read(buffer, offset, (int) Math.min(length, budget));
        if (n > 0) {
            budget -= n;
            countZeros(buffer, offset, n);
        }
        return n;
    }

    private void countZeros(byte[] buffer, int offset, int n) {
        int end = offset + n;
        while (end > offset && buffer[end - 1] == 0) {
            end--;
        }
        zeros = end == offset ? zeros + n : offset + n - end;
    }

    /** By reading, so that nothing passes unseen. */
    @Override
    public long skip(long bytes) throws IOException {
        long left = bytes;
        var chunk = new byte[8192];
        while (left > 0) {
            int n = read(chunk, 0, (int) Math.min(chunk.length, left));
            if (n < 0) {
                break;
            }
            left -= n;
        }
        return bytes - left;
    }

    private void checkBudget() {
        if (budget <= 0) {
            throw new ArchiveException("archive has headers that are too long");
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
