package io.cachepot.client.coordinator;

import io.cachepot.client.cache.Target;
import io.cachepot.client.include.FileStamp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Tells outputs that a compiler treats in a way of its own, so that it has to do it. */
final class OddTargets {
    /** What a link that leads nowhere is taken for. */
    private static final Optional<FileStamp> NOT_A_FILE =
            Optional.of(new FileStamp(0, 0, 0, 0, 0, 0));

    private OddTargets() {}

    /** Why a compile of {@code source} to {@code targets} is not cached; empty if it may be. */
    static Optional<String> refusal(Path source, List<Target> targets) throws IOException {
        if (isOdd(targets)) {
            return Optional.of("output is not a regular file");
        }
        return isWrittenTwice(source, targets)
                ? Optional.of("output is the source or another output")
                : Optional.empty();
    }

    /** A compiler writes into a device or fails on a directory; a rename would replace them. */
    private static boolean isOdd(List<Target> targets) throws IOException {
        for (Target target : targets) {
            Optional<FileStamp> there = FileStamp.ofLink(target.path());
            if (there.isPresent() && there.get().isLink()) {
                there = FileStamp.of(target.path()).or(() -> NOT_A_FILE);
            }
            if (there.isPresent() && !there.get().isRegular()) {
                return true;
            }
        }
        return false;
    }

    /** A compiler refuses to overwrite its source, or the last one to write wins. */
    private static boolean isWrittenTwice(Path source, List<Target> targets) throws IOException {
        var names = new HashSet<Path>(List.of(source.normalize()));
        var stamps = new ArrayList<FileStamp>();
        FileStamp.of(source).ifPresent(stamps::add);
        for (Target target : targets) {
            Optional<FileStamp> stamp = FileStamp.of(target.path());
            if (!names.add(target.path().normalize())
                    || stamps.stream()
                            .anyMatch(other ->
                                    stamp.filter(each -> each.isSameFileAs(other)).isPresent())) {
                return true;
            }
            stamp.ifPresent(stamps::add);
        }
        return false;
    }
}
