package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;
import static io.cachepot.protocol.Checks.checkAbsolutePath;
import static io.cachepot.protocol.Checks.checkText;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * One leaf of a job's input tree; directories are implied. {@code path} is absolute, as the
 * compiler shall see it.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = InputEntry.File.class, name = "file"),
    @JsonSubTypes.Type(value = InputEntry.Symlink.class, name = "symlink"),
    @JsonSubTypes.Type(value = InputEntry.Directory.class, name = "directory")
})
public sealed interface InputEntry {
    String path();

    /** A regular file with the content that {@code digest} names. */
    record File(String path, Digest digest, long sizeBytes, boolean executable)
            implements InputEntry {
        public File {
            checkAbsolutePath("input path", path);
            check(sizeBytes >= 0, "input size", sizeBytes, "at least 0");
        }
    }

    /** A symbolic link; its target is looked up inside the sandbox only. */
    record Symlink(String path, String target) implements InputEntry {
        public Symlink {
            checkAbsolutePath("input path", path);
            checkText("symlink target", target, Checks.PATH_CHARS_MAX);
            check(!target.isEmpty(), "symlink target", "empty", "a path");
        }
    }

    /**
     * An empty directory, for paths like {@code here/../there} and for search paths that must
     * exist.
     */
    record Directory(String path) implements InputEntry {
        public Directory {
            checkAbsolutePath("input path", path);
        }
    }
}
