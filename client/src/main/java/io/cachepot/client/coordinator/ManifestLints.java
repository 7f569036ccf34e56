package io.cachepot.client.coordinator;

import io.cachepot.client.compiler.rustc.RustcInvocation.Trait;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells lints of clippy's group {@code cargo}. They run {@code cargo metadata}, which reads the
 * manifests of the whole workspace and {@code Cargo.lock}, and clippy tells nobody of those.
 * Source: {@code clippy_lints/src/cargo}.
 */
final class ManifestLints {
    /**
     * Arguments that went through {@code CLIPPY_ARGS} have {@code __CLIPPY_HACKERY__} after them.
     */
    private static final Pattern NAMED =
            Pattern.compile(
                    "clippy\\s*::\\s*(?:cargo|multiple[-_]crate[-_]versions|negative[-_]feature[-_]names"
                            + "|redundant[-_]feature[-_]names|wildcard[-_]dependencies)(?![a-z])");

    private ManifestLints() {}

    /**
     * Why {@code request} is not cached; empty if it may be. A crate turns lints on where it
     * begins, on the command line, or by what {@code cargo clippy --} was given.
     */
    static Optional<String> refusal(RustRequest request) throws IOException {
        if (!request.crate().has(Trait.CLIPPY)) {
            return Optional.empty();
        }
        Stream<String> words =
                Stream.concat(
                        request.rest().stream(),
                        Stream.of(request.environment().getOrDefault("CLIPPY_ARGS", "")));
        return words.anyMatch(ManifestLints::areNamed)
                        || areNamed(Files.readString(request.source(), StandardCharsets.ISO_8859_1))
                ? Optional.of("a lint of clippy reads manifests")
                : Optional.empty();
    }

    private static boolean areNamed(String text) {
        return NAMED.matcher(text).find();
    }
}
