package io.cachepot.client.packaging;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What files of a client are called on a worker, which is a Linux machine whatever the client is.
 * All of it is text: a rule of Windows can be tried anywhere.
 */
public sealed interface PathMapping {
    /**
     * Where a file of the client is on a worker.
     *
     * @param path as the client's system writes it
     * @return absolute, with single slashes and without {@code .}; empty when {@code path} is not
     *     absolute, or names no file that could be sent
     */
    Optional<String> toWorker(String path);

    /**
     * The reverse: what {@code path} of a worker is called at the client.
     *
     * @return empty when it is no path that {@link #toWorker} gives
     */
    Optional<String> toClient(String path);

    /**
     * The same for all spellings of a path, as far as that can be told by reading: so a compiler of
     * the settings is found whichever way its slashes lean.
     */
    String comparable(String path);

    /** Of the machine that this runs on. */
    static PathMapping ofThisMachine() {
        boolean isWindows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        return isWindows ? new Windows() : new Posix();
    }

    /** Linux and macOS: nothing to map. Upper and lower case differ, as compilers believe. */
    record Posix() implements PathMapping {
        @Override
        public Optional<String> toWorker(String path) {
            return path.startsWith("/") && path.indexOf('\0') < 0
                    ? Optional.of("/" + String.join("/", names(path)))
                    : Optional.empty();
        }

        /** With {@code ..}: where that leads is told by the links on the way, not by names. */
        private static List<String> names(String path) {
            return Stream.of(path.split("/"))
                    .filter(name -> !name.isEmpty() && !name.equals("."))
                    .toList();
        }

        @Override
        public Optional<String> toClient(String path) {
            return toWorker(path);
        }

        @Override
        public String comparable(String path) {
            return path;
        }
    }

    /**
     * Windows: drives and shares are directories of the worker.
     *
     * <pre>
     * C:\a\b.c        /prefix/disk-C/a/b.c
     * \\host\share\a  /prefix/unc/host/share/a
     * </pre>
     */
    record Windows() implements PathMapping {
        private static final String DISK = "/prefix/disk-";
        private static final String SHARE = "/prefix/unc/";
        private static final Pattern VERBATIM_SHARE = Pattern.compile("(?i)//[?.]/unc/(.*)");
        private static final Pattern VERBATIM = Pattern.compile("//[?.]/(.*)");
        private static final Pattern ON_DISK = Pattern.compile("([A-Za-z]):/(.*)");
        private static final Pattern ON_SHARE = Pattern.compile("//([^/]+)/([^/]+)(?:/(.*))?");
        private static final Pattern FROM_DISK = Pattern.compile("/prefix/disk-([A-Z])(?:/(.*))?");
        private static final Pattern FROM_SHARE =
                Pattern.compile("/prefix/unc/([^/]+)/([^/]+)(?:/(.*))?");

        /** Windows takes them for devices in any directory, with any suffix. */
        private static final Set<String> DEVICES =
                Set.of(
                        "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6",
                        "com7", "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6",
                        "lpt7", "lpt8", "lpt9");

        private static final String FORBIDDEN = "<>:\"|?*";

        @Override
        public Optional<String> toWorker(String path) {
            String slashes = plain(path);
            Matcher disk = ON_DISK.matcher(slashes);
            if (disk.matches()) {
                String root = DISK + disk.group(1).toUpperCase(Locale.ROOT);
                return names(disk.group(2)).map(names -> join(root, names));
            }
            Matcher share = ON_SHARE.matcher(slashes);
            if (share.matches() && isName(share.group(1)) && isName(share.group(2))) {
                String root = SHARE + share.group(1) + "/" + share.group(2);
                String rest = share.group(3) == null ? "" : share.group(3);
                return names(rest).map(names -> join(root, names));
            }
            return Optional.empty();
        }

        /** Slashes one way, and no prefix that says "as it is". */
        private static String plain(String path) {
            String slashes = path.replace('\\', '/');
            Matcher verbatimShare = VERBATIM_SHARE.matcher(slashes);
            if (verbatimShare.matches()) {
                return "//" + verbatimShare.group(1);
            }
            Matcher verbatim = VERBATIM.matcher(slashes);
            return verbatim.matches() ? verbatim.group(1) : slashes;
        }

        /** Windows itself goes up by name, whatever is there; and stops at the root. */
        private static Optional<List<String>> names(String rest) {
            var names = new ArrayDeque<String>();
            for (String name : rest.split("/", -1)) {
                switch (name) {
                    case "", "." -> {}
                    case ".." -> names.pollLast();
                    default -> {
                        if (!isName(name)) {
                            return Optional.empty();
                        }
                        names.addLast(name);
                    }
                }
            }
            return Optional.of(List.copyOf(names));
        }

        private static boolean isName(String name) {
            String stem = name.split("\\.", 2)[0].stripTrailing().toLowerCase(Locale.ROOT);
            return !DEVICES.contains(stem)
                    && !name.endsWith(".")
                    && !name.endsWith(" ")
                    && name.chars().allMatch(c -> c >= ' ' && FORBIDDEN.indexOf(c) < 0);
        }

        private static String join(String root, List<String> names) {
            return names.isEmpty() ? root : root + "/" + String.join("/", names);
        }

        @Override
        public Optional<String> toClient(String path) {
            Matcher disk = FROM_DISK.matcher(path);
            if (disk.matches()) {
                return rest(disk.group(2)).map(rest -> disk.group(1) + ":\\" + rest);
            }
            Matcher share = FROM_SHARE.matcher(path);
            if (share.matches()) {
                String root = "\\\\" + share.group(1) + "\\" + share.group(2);
                return rest(share.group(3)).map(rest -> rest.isEmpty() ? root : root + "\\" + rest);
            }
            return Optional.empty();
        }

        private static Optional<String> rest(@Nullable String path) {
            return names(path == null ? "" : path).map(names -> String.join("\\", names));
        }

        /** Upper and lower case are one there. */
        @Override
        public String comparable(String path) {
            return toWorker(path).orElse(path).toLowerCase(Locale.ROOT);
        }
    }
}
