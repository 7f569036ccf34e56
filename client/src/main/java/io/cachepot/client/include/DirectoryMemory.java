package io.cachepot.client.include;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers "does this name exist?" for many names with one {@code stat} per directory: listings are
 * remembered as long as the directory's stamp stays. A directory that changed within the clock's
 * granularity before it was listed is listed again next time.
 */
public final class DirectoryMemory {
    private static final int DIRECTORIES_MAX = 20_000;

    /** A build that writes its objects beside its sources changes the directory with each. */
    private static final int BUSY_CHANGES = 3;

    /** So many names of a busy directory are looked at one by one before it is listed. */
    private static final int SINGLE_LOOKS_MAX = 32;

    private final InstantSource clock;
    private final ConcurrentHashMap<Path, Listing> listings = new ConcurrentHashMap<>();

    public DirectoryMemory(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * One directory.
     *
     * @param changes how often it was found changed
     */
    private record Listing(
            FileStamp stamp,
            Set<String> names,
            boolean hasPrecompiled,
            boolean wasSettled,
            int changes) {
        boolean isBusy() {
            return changes >= BUSY_CHANGES;
        }
    }

    /** A view in which each directory is checked once: for the length of one request. */
    public View view() {
        return new View();
    }

    /** One moment's answers; not for sharing between threads. */
    public final class View {
        private final HashMap<Path, Optional<Set<String>>> checked = new HashMap<>();
        private final HashMap<Path, Integer> singleLooks = new HashMap<>();

        /**
         * Whether {@code path} exists, links followed, a dangling one counting as absent.
         *
         * @param path absolute
         */
        public boolean exists(Path path) throws IOException {
            Path parent = path.getParent();
            if (parent == null) {
                return true;
            }
            if (isWorthASingleLook(parent)) {
                return Files.exists(path);
            }
            Optional<Set<String>> names = names(parent);
            String name = String.valueOf(path.getFileName());
            if (name.equals("..") || name.equals(".")) {
                return names.isPresent();
            }
            return names.isPresent() && names.get().contains(name) && Files.exists(path);
        }

        /**
         * The first of {@code candidates} that exists in {@code directory}, as {@link #exists}
         * says.
         */
        public Optional<String> firstPresent(Path directory, List<String> candidates)
                throws IOException {
            for (String name : candidates) {
                boolean isThere;
                if (isWorthASingleLook(directory)) {
                    isThere = Files.exists(directory.resolve(name));
                } else {
                    Optional<Set<String>> names = names(directory);
                    if (names.isEmpty()) {
                        return Optional.empty();
                    }
                    isThere = names.get().contains(name) && Files.exists(directory.resolve(name));
                }
                if (isThere) {
                    return Optional.of(name);
                }
            }
            return Optional.empty();
        }

        /** Whether there is no such directory. */
        boolean isMissing(Path directory) throws IOException {
            return names(directory).isEmpty();
        }

        /** Whether a precompiled header lies in {@code directory}, which need not exist. */
        public boolean hasPrecompiled(Path directory) throws IOException {
            if (names(directory).isEmpty()) {
                return false;
            }
            Listing listing = listings.get(directory);
            return listing == null || listing.hasPrecompiled();
        }

        /** Whether it costs little to ask {@link #hasPrecompiled} again and again. */
        public boolean isQuiet(Path directory) {
            Listing listing = listings.get(directory);
            return listing == null || !listing.isBusy();
        }

        /**
         * Whether {@code path} may exist: a look at it will tell. Free where the listing already
         * says that there is no such name.
         */
        boolean mayExist(Path path) throws IOException {
            Path parent = path.getParent();
            if (parent == null || isWorthASingleLook(parent)) {
                return true;
            }
            Optional<Set<String>> names = names(parent);
            String name = String.valueOf(path.getFileName());
            return names.isPresent()
                    && (name.equals("..") || name.equals(".") || names.get().contains(name));
        }

        /** Whether {@code path} was listed before in this view, which proves a directory. */
        boolean isDirectory(Path path) {
            return checked.getOrDefault(path, Optional.empty()).isPresent();
        }

        private boolean isWorthASingleLook(Path directory) throws IOException {
            if (checked.containsKey(directory)) {
                return false;
            }
            Listing listing = listings.get(directory);
            return listing != null
                    && listing.isBusy()
                    && singleLooks.merge(directory, 1, Integer::sum) <= SINGLE_LOOKS_MAX
                    && !listing.stamp().isOf(directory);
        }

        private Optional<Set<String>> names(Path directory) throws IOException {
            Optional<Set<String>> known = checked.get(directory);
            if (known == null) {
                known = list(directory);
                checked.put(directory, known);
            }
            return known;
        }
    }

    private Optional<Set<String>> list(Path directory) throws IOException {
        Listing listing = listings.get(directory);
        if (listing != null && listing.wasSettled() && listing.stamp().isOf(directory)) {
            return Optional.of(listing.names());
        }
        Optional<FileStamp> stamp = FileStamp.of(directory);
        if (stamp.isEmpty() || !stamp.get().isDirectory()) {
            listings.remove(directory);
            return Optional.empty();
        }
        int changes = listing == null ? 0 : listing.changes() + 1;
        return Optional.of(read(directory, stamp.get(), changes).names());
    }

    private Listing read(Path directory, FileStamp stamp, int changes) throws IOException {
        long readAt = FileStamp.nanos(clock.instant());
        var names = new HashSet<String>();
        boolean hasPrecompiled = false;
        try (var entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                names.add(name);
                hasPrecompiled |= name.endsWith(".gch") || name.endsWith(".pch");
            }
        }
        // Stamped before it was listed: a change in between makes the stamps differ next time.
        var listing =
                new Listing(
                        stamp,
                        Set.copyOf(names),
                        hasPrecompiled,
                        stamp.isSettledAt(readAt),
                        changes);
        if (listings.size() >= DIRECTORIES_MAX) {
            listings.clear();
        }
        listings.put(directory, listing);
        return listing;
    }

    public void clear() {
        listings.clear();
    }
}
