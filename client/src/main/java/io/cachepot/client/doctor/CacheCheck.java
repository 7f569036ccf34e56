package io.cachepot.client.doctor;

import io.cachepot.client.include.FileStamp;
import io.cachepot.protocol.text.Finding;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Looks at the directory that holds the results. */
public final class CacheCheck {
    private static final String SUBJECT = "cache";
    private static final Set<String> REMOTE =
            Set.of("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph");
    private static final Duration SKEW_MAX = Duration.ofSeconds(2);

    /** No clock of a file system that keeps nanoseconds gives this one back by accident. */
    private static final FileTime ODD_TIME =
            FileTime.from(1_700_000_001_123_456_789L, TimeUnit.NANOSECONDS);

    private final InstantSource clock;
    private final List<Finding> findings = new ArrayList<>();

    public CacheCheck(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Looks.
     *
     * @param bytes in use
     * @param bytesMax most bytes of results
     */
    public List<Finding> of(Path directory, long bytes, long bytesMax) {
        findings.clear();
        try {
            Files.createDirectories(directory);
            times(directory);
        } catch (IOException e) {
            findings.add(
                    Finding.fail(
                            SUBJECT,
                            directory + " can not be written: " + e,
                            "make it writable, or set CACHEPOT_DIR to another directory"));
            return List.copyOf(findings);
        }
        try {
            space(directory, bytes, bytesMax, Files.getFileStore(directory));
        } catch (IOException e) {
            findings.add(Finding.warn(SUBJECT, "free space not known: " + e, "look at df"));
        }
        return List.copyOf(findings);
    }

    private void space(Path directory, long bytes, long bytesMax, FileStore disk)
            throws IOException {
        long free = disk.getUsableSpace();
        String text =
                directory
                        + " on "
                        + disk.type()
                        + ", "
                        + size(bytes)
                        + " of "
                        + size(bytesMax)
                        + " used, "
                        + size(free)
                        + " free on the disk";
        if (free < bytesMax - bytes) {
            findings.add(
                    Finding.warn(
                            SUBJECT,
                            text,
                            "the limit can not be reached: make room, or set CACHEPOT_CACHE_SIZE"
                                    + " to less"));
        } else {
            findings.add(Finding.ok(SUBJECT, text));
        }
        if (REMOTE.contains(disk.type())) {
            findings.add(
                    Finding.warn(
                            SUBJECT,
                            "a network file system ("
                                    + disk.type()
                                    + ") makes each hit wait for the network",
                            "set CACHEPOT_DIR to a directory on a local disk"));
        }
    }

    private void times(Path directory) throws IOException {
        Path probe = Files.createTempFile(directory, "doctor-", ".tmp");
        try {
            Instant written = Files.getLastModifiedTime(probe).toInstant();
            Duration skew = Duration.between(written, clock.instant()).abs();
            if (skew.compareTo(SKEW_MAX) > 0) {
                findings.add(
                        Finding.warn(
                                "clock",
                                "the clock of the file system is "
                                        + skew.toSeconds()
                                        + " s off: new files look as if they changed meanwhile",
                                "set the clocks of this machine and of the file server by NTP"));
            }
            Files.setLastModifiedTime(probe, ODD_TIME);
            long kept = Files.getLastModifiedTime(probe).to(TimeUnit.NANOSECONDS);
            long lost = ODD_TIME.to(TimeUnit.NANOSECONDS) - kept;
            if (Math.abs(lost) > FileStamp.GRANULARITY_NANOS) {
                findings.add(
                        Finding.warn(
                                "clock",
                                "file times here are kept in whole seconds",
                                "keep sources on a file system with finer times: a change within"
                                        + " one second may not be seen"));
            }
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    private static String size(long bytes) {
        return bytes < 1L << 30
                ? String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20))
                : String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1 << 30));
    }
}
