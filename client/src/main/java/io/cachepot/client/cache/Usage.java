package io.cachepot.client.cache;

/**
 * What entries take of the disk.
 *
 * @param bytes in blocks of {@link #BLOCK_BYTES}, each file rounded up, as {@code du} counts on
 *     most file systems; directories are left out
 * @param files entries
 */
record Usage(long bytes, long files) {
    static final Usage NONE = new Usage(0, 0);

    private static final long BLOCK_BYTES = 4096;

    /** One file of {@code sizeBytes}. */
    static Usage ofFile(long sizeBytes) {
        return new Usage((sizeBytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES, 1);
    }

    Usage plus(Usage other) {
        return new Usage(bytes + other.bytes, files + other.files);
    }

    Usage minus(Usage other) {
        return new Usage(bytes - other.bytes, files - other.files);
    }

    /** Never below nothing: what we did not see come may be seen going. */
    Usage atLeastNone() {
        return new Usage(Math.max(0, bytes), Math.max(0, files));
    }
}
