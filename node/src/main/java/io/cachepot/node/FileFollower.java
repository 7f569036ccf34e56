package io.cachepot.node;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes files again when they changed. Those that can not be used change nothing, are told of, and
 * are tried again: they may be half of a change. Used by one thread.
 */
final class FileFollower {
    private static final System.Logger LOG = System.getLogger(FileFollower.class.getName());

    private final String what;
    private final List<Path> files;
    private final Step step;
    private List<FileTime> seen;

    /** Reads the files and takes what is in them. */
    @FunctionalInterface
    interface Step {
        /**
         * @throws IOException when they can not be used: why
         * @throws IllegalArgumentException likewise
         */
        void take() throws IOException;
    }

    /**
     * Follows files that were just read.
     *
     * @param what they are, for the log
     */
    FileFollower(String what, List<Path> files, Step step) {
        this.what = what;
        this.files = List.copyOf(files);
        this.step = step;
        seen = times();
    }

    /** To be called from time to time. */
    void look() {
        List<FileTime> now = times();
        if (now.equals(seen)) {
            return;
        }
        try {
            step.take();
            seen = now;
            LOG.log(INFO, "{0} read again: {1}", what, files);
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(WARNING, "{0} not taken: {1}", what, e.getMessage());
        }
    }

    private List<FileTime> times() {
        var times = new ArrayList<FileTime>();
        for (Path file : files) {
            try {
                times.add(Files.getLastModifiedTime(file));
            } catch (IOException _) {
                // It is being replaced, or gone: reading it will say which.
                times.add(FileTime.fromMillis(0));
            }
        }
        return times;
    }
}
