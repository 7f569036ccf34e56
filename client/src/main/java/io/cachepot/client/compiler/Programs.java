package io.cachepot.client.compiler;

import io.cachepot.client.include.FileStamp;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Files whose content decides what a tool does.
 *
 * @param files each with the stamp it had when its content was taken into {@code identity}
 * @param missing where a program would be found instead of one of these, if it were there
 * @param identity digest of names and contents: another tool has another one
 */
public record Programs(List<Program> files, List<Path> missing, Digest identity) {
    public Programs {
        files = List.copyOf(files);
        missing = List.copyOf(missing);
    }

    /** One file or, where names matter that may appear in it, one directory. */
    public record Program(Path file, FileStamp stamp) {}

    /** Every file, without the directories. */
    public List<Path> paths() {
        return files.stream()
                .filter(program -> program.stamp().isRegular())
                .map(Program::file)
                .toList();
    }

    /** Whether {@code file} is one of them. */
    public boolean has(Path file) {
        return files.stream().anyMatch(program -> program.file().equals(file));
    }

    /** Whether every file still is what it was, and where it was. One {@code stat} each. */
    public boolean areUnchanged() throws IOException {
        for (Program program : files) {
            if (!program.stamp().isOf(program.file())) {
                return false;
            }
        }
        for (Path path : missing) {
            if (FileStamp.of(path).isPresent()) {
                return false;
            }
        }
        return true;
    }
}
