package io.cachepot.sandbox.cgroup;

import java.io.IOException;
import java.nio.file.Path;

/** Gives files to the user of the jobs. */
@FunctionalInterface
public interface PathOwner {
    void own(Path path) throws IOException;
}
