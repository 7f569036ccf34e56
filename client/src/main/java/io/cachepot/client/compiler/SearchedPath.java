package io.cachepot.client.compiler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks programs up as {@code execvp} does. */
public record SearchedPath(List<Path> directories) {
    /** What {@code execvp} takes when PATH is not set. */
    private static final String DEFAULT = "/bin:/usr/bin";

    public SearchedPath {
        directories = List.copyOf(directories);
    }

    /** With the directories that a build's PATH names; an empty name is the current directory. */
    public static SearchedPath of(Map<String, String> environment) {
        var directories = new ArrayList<Path>();
        for (String name : environment.getOrDefault("PATH", DEFAULT).split(":", -1)) {
            try {
                directories.add(Path.of(name));
            } catch (InvalidPathException _) {
                // Nothing can be there.
            }
        }
        return new SearchedPath(directories);
    }

    /** The first executable file of that name; relative directories of PATH are left out. */
    public Optional<Path> find(String name) {
        return directories.stream()
                .filter(Path::isAbsolute)
                .map(directory -> directory.resolve(name))
                .filter(SearchedPath::isProgram)
                .findFirst();
    }

    /** The same behind programs that run it in their turn: ccache under the compiler's name. */
    public Optional<Path> findBehindWrappers(String name) throws IOException {
        for (Path directory : directories) {
            Path file = directory.resolve(name);
            if (directory.isAbsolute()
                    && isProgram(file)
                    && !CompilerNames.isWrapper(String.valueOf(file.toRealPath().getFileName()))) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /**
     * A program.
     *
     * @param isBehindSelf whether the wrapper comes first under this name
     */
    public record Found(Path file, boolean isBehindSelf) {}

    /**
     * The program that a command line names, seen from {@code cwd}.
     *
     * @param self the wrapper, which is passed over under any name
     */
    public Optional<Found> resolve(String command, Path cwd, Path self) throws IOException {
        if (command.contains("/")) {
            Path file = cwd.resolve(command);
            return isProgram(file) && !isSelf(file, self)
                    ? Optional.of(new Found(file, false))
                    : Optional.empty();
        }
        boolean isBehindSelf = false;
        for (Path directory : directories) {
            Path file = cwd.resolve(directory).resolve(command);
            if (!isProgram(file)) {
                continue;
            }
            if (!isSelf(file, self)) {
                return Optional.of(new Found(file, isBehindSelf));
            }
            isBehindSelf = true;
        }
        return Optional.empty();
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    private static boolean isSelf(Path file, Path self) throws IOException {
        return Files.exists(self) && Files.isSameFile(file, self);
    }
}
