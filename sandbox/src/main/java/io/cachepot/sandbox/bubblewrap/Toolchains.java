package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The unpacked toolchains that jobs used last, each with what is known about it. */
final class Toolchains {
    private static final int REMEMBERED_MAX = 100;

    private final JobUser user;
    private final Map<Path, Toolchain> byRoot = new LinkedHashMap<>(16, 0.75f, true);

    Toolchains(JobUser user) {
        this.user = user;
    }

    /**
     * An unpacked toolchain.
     *
     * @param root without links
     */
    record Toolchain(Path root, ToolchainLister lister) {}

    /**
     * Checks it when it is new.
     *
     * @throws SandboxException when it is no directory or the jobs' user can not get there
     */
    Toolchain of(Path root) throws IOException {
        synchronized (byRoot) {
            Toolchain known = byRoot.get(root);
            if (known != null) {
                return known;
            }
        }
        if (!root.isAbsolute() || !Files.isDirectory(root)) {
            throw new SandboxException(
                    "toolchain root is " + root + ", expected the absolute path of a directory");
        }
        user.checkReaches(root);
        Path real = root.toRealPath();
        var toolchain = new Toolchain(real, new ToolchainListing(real));
        synchronized (byRoot) {
            byRoot.put(root, toolchain);
            if (byRoot.size() > REMEMBERED_MAX) {
                byRoot.remove(byRoot.keySet().iterator().next());
            }
        }
        return toolchain;
    }
}
