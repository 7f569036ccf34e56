package io.cachepot.client.coordinator;

import io.cachepot.protocol.Digest;
import java.util.List;
import java.util.Optional;

/**
 * The names under which a compile's results are looked for.
 *
 * @param direct for this place
 * @param elsewhere for every place below the base directories
 * @param source content of the source, which is a part of both
 */
record CompileKey(Digest direct, Optional<Elsewhere> elsewhere, Digest source) {
    List<Digest> all() {
        return elsewhere.map(each -> List.of(direct, each.direct())).orElse(List.of(direct));
    }
}
