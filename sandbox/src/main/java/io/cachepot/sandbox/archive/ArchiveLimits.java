package io.cachepot.sandbox.archive;

/**
 * What one archive may have.
 *
 * @param bytesMax most bytes of all its files together; the archive itself may have 1 GiB more
 * @param entriesMax most entries, implied directories included
 * @param depthMax most components of a path
 * @param nameBytesMax most bytes of a component, in UTF-8
 */
public record ArchiveLimits(long bytesMax, int entriesMax, int depthMax, int nameBytesMax) {
    public static final ArchiveLimits DEFAULT = new ArchiveLimits(8L << 30, 300_000, 64, 255);

    public ArchiveLimits {
        if (bytesMax < 1 || entriesMax < 1 || depthMax < 1 || nameBytesMax < 1) {
            throw new IllegalArgumentException(
                    "limits are "
                            + bytesMax
                            + ", "
                            + entriesMax
                            + ", "
                            + depthMax
                            + ", "
                            + nameBytesMax
                            + ", expected all at least 1");
        }
    }
}
