package io.cachepot.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Settings of a client.
 *
 * @param basedirs directories whose names are not part of a cache key, so that the same source in
 *     two of them is a hit
 */
public record ClientConfig(
        DistConfig dist,
        CacheConfig cache,
        List<Path> basedirs,
        RustConfig rust,
        CoordinatorConfig coordinator,
        ProcessConfig process) {
    public ClientConfig {
        basedirs = List.copyOf(basedirs);
        var checks = new Checks();
        basedirs.forEach(dir -> checks.absolute("basedirs", dir));
        checks.verify();
    }
}
