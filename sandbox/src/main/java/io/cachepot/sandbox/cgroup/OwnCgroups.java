package io.cachepot.sandbox.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The control groups that this process is in, as {@code /proc/self/cgroup} (cgroups(7)) and {@code
 * /proc/self/mountinfo} (proc(5)) tell.
 */
final class OwnCgroups {
    private static final Path PROC = Path.of("/proc/self");

    private final List<Membership> memberships;
    private final List<Mount> mounts;

    /**
     * @param controllers none for the one hierarchy of version 2
     * @param path as seen from the root of the hierarchy
     */
    private record Membership(List<String> controllers, String path) {}

    /**
     * @param root the group that is seen at {@code point}
     * @param options of the hierarchy: its controllers, of version 1
     */
    private record Mount(String type, String root, Path point, List<String> options) {}

    private OwnCgroups(List<Membership> memberships, List<Mount> mounts) {
        this.memberships = memberships;
        this.mounts = mounts;
    }

    static OwnCgroups read() throws IOException {
        return parse(
                Files.readAllLines(PROC.resolve("cgroup")),
                Files.readAllLines(PROC.resolve("mountinfo")));
    }

    static OwnCgroups parse(List<String> cgroup, List<String> mountInfo) {
        var memberships = new ArrayList<Membership>();
        for (String line : cgroup) {
            String[] fields = line.split(":", 3); // number, controllers, path
            if (fields.length == 3) {
                List<String> controllers =
                        fields[1].isEmpty() ? List.of() : List.of(fields[1].split(",", -1));
                memberships.add(new Membership(controllers, fields[2]));
            }
        }
        var mounts = new ArrayList<Mount>();
        for (String line : mountInfo) {
            String[] parts = line.split(" - ", 2);
            String[] where = parts[0].split(" ", -1);
            String[] what = parts.length < 2 ? new String[0] : parts[1].split(" ", -1);
            if (where.length > 4 && what.length > 2 && what[0].startsWith("cgroup")) {
                mounts.add(
                        new Mount(
                                what[0],
                                unescape(where[3]),
                                Path.of(unescape(where[4])),
                                Arrays.asList(what[2].split(",", -1))));
            }
        }
        return new OwnCgroups(memberships, mounts);
    }

    /** Blanks and the like are octal numbers there. */
    private static String unescape(String text) {
        return text.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
    }

    /** Where the group of version 2 is seen. */
    Optional<Path> unified() {
        return memberships.stream()
                .filter(each -> each.controllers.isEmpty())
                .findFirst()
                .flatMap(each -> seen(each, "cgroup2", List.of()));
    }

    /** Where the group of {@code controller} of version 1 is seen. */
    Optional<Path> of(String controller) {
        return memberships.stream()
                .filter(each -> each.controllers.contains(controller))
                .findFirst()
                .flatMap(each -> seen(each, "cgroup", List.of(controller)));
    }

    private Optional<Path> seen(Membership own, String type, List<String> options) {
        return mounts.stream()
                .filter(mount -> mount.type.equals(type) && mount.options.containsAll(options))
                .filter(mount -> Path.of(own.path).startsWith(mount.root))
                .map(mount ->
                        mount.point.resolve(Path.of(mount.root).relativize(Path.of(own.path))))
                .map(Path::normalize)
                .findFirst();
    }
}
