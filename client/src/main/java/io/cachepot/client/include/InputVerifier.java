package io.cachepot.client.include;

import io.cachepot.client.include.InputChange.Kind;
import io.cachepot.client.include.Inputs.Absence;
import io.cachepot.client.include.Inputs.InputFile;
import io.cachepot.client.include.Inputs.Variable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Tells whether {@link Inputs} still hold: every file and variable the same, every absence still
 * one. One file-system look per file and directory.
 */
public final class InputVerifier {
    private final FileMemory files;
    private final DirectoryMemory.View view;
    private final Map<String, String> environment;

    /**
     * @param environment of the build
     */
    public InputVerifier(
            FileMemory files, DirectoryMemory directories, Map<String, String> environment) {
        this.files = files;
        this.environment = environment;
        view = directories.view();
    }

    /**
     * The first thing that changed.
     *
     * @return empty when all holds
     */
    public Optional<InputChange> change(Inputs inputs) throws IOException {
        for (Variable variable : inputs.variables()) {
            if (!variable.value().equals(Optional.ofNullable(environment.get(variable.name())))) {
                return Optional.of(new InputChange(Kind.VARIABLE, variable.name()));
            }
        }
        for (InputFile file : inputs.files()) {
            var known = files.look(file.path());
            if (known.isEmpty()) {
                return gone(file.path());
            }
            if (!known.get().digest().equals(file.digest())) {
                return Optional.of(new InputChange(Kind.CHANGED, file.path()));
            }
            if (file.modifiedNanos() != 0
                    && file.modifiedNanos() != known.get().stamp().modifiedNanos()) {
                return Optional.of(new InputChange(Kind.CHANGED, file.path() + " (its time)"));
            }
        }
        for (Absence absence : inputs.absences()) {
            Path directory = Path.of(absence.directory());
            Optional<String> name = view.firstPresent(directory, absence.names());
            if (name.isPresent()) {
                return appeared(directory.resolve(name.get()).toString());
            }
        }
        for (String directory : inputs.withoutPrecompiled()) {
            if (view.hasPrecompiled(Path.of(directory))) {
                return appeared("a precompiled header in " + directory);
            }
        }
        for (String path : inputs.present()) {
            if (!view.exists(Path.of(path))) {
                return gone(path);
            }
        }
        return Optional.empty();
    }

    private static Optional<InputChange> appeared(String path) {
        return Optional.of(new InputChange(Kind.APPEARED, path));
    }

    private static Optional<InputChange> gone(String path) {
        return Optional.of(new InputChange(Kind.VANISHED, path));
    }
}
