package io.cachepot.client.coordinator;

import io.cachepot.protocol.Digest;
import java.util.List;

/**
 * The names under which a crate's results are looked for.
 *
 * @param direct wherever outputs go
 * @param bound to the very same place and width of diagnostics
 * @param source content of the crate's root, which is a part of both
 */
record RustKeySet(Digest direct, Digest bound, Digest source) {
    List<Digest> all() {
        return List.of(direct, bound);
    }
}
