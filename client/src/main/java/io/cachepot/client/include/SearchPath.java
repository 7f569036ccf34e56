package io.cachepot.client.include;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a compiler looks for headers, in order, as it spells it itself: the paths of dependency
 * lists are made of these.
 *
 * @param quoted directories for {@code "name"} after that of the file itself ({@code -iquote})
 * @param angled directories for both forms, after {@code quoted}
 * @param ignored directories of the command line that do not exist; if one appears, the search
 *     changes
 */
public record SearchPath(List<String> quoted, List<String> angled, List<String> ignored) {
    /** For source that is preprocessed already. */
    public static final SearchPath NOWHERE = new SearchPath(List.of(), List.of(), List.of());

    private static final String QUOTED_START = "#include \"...\" search starts here:";
    private static final String ANGLED_START = "#include <...> search starts here:";
    private static final String END = "End of search list.";
    private static final String IGNORED = "ignoring nonexistent directory \"";
    private static final String FRAMEWORK = " (framework directory)";

    public SearchPath {
        quoted = List.copyOf(quoted);
        angled = List.copyOf(angled);
        ignored = List.copyOf(ignored);
    }

    /**
     * Reads what gcc and clang print for {@code -v -E}.
     *
     * @return empty when it is not there, or has what we do not understand
     */
    public static Optional<SearchPath> parse(String verbose) {
        var quoted = new ArrayList<String>();
        var angled = new ArrayList<String>();
        var ignored = new ArrayList<String>();
        List<String> current = null;
        boolean isAngled = false;
        boolean isEnded = false;
        for (String line : verbose.split("\n", -1)) {
            if (line.equals(QUOTED_START)) {
                current = quoted;
            } else if (line.equals(ANGLED_START)) {
                current = angled;
                isAngled = true;
            } else if (line.equals(END)) {
                isEnded = isAngled;
                current = null;
            } else if (line.startsWith(IGNORED) && line.endsWith("\"")) {
                ignored.add(line.substring(IGNORED.length(), line.length() - 1));
            } else if (current != null && line.startsWith(" ")) {
                if (line.endsWith(FRAMEWORK)) {
                    return Optional.empty();
                }
                current.add(line.substring(1));
            }
        }
        return isEnded ? Optional.of(new SearchPath(quoted, angled, ignored)) : Optional.empty();
    }
}
