package io.cachepot.config;

import java.util.List;

/**
 * Where a client keeps results: table {@code cache}.
 *
 * @param remotes in the order in which they are tried: S3, Redis, memcached, GCS, Azure; at most
 *     one of each
 */
public record CacheConfig(DiskCache disk, List<RemoteCache> remotes) {
    public CacheConfig {
        remotes = List.copyOf(remotes);
    }
}
