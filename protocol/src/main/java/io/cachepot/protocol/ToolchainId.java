package io.cachepot.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Names a toolchain: the SHA-256 of its archive's bytes as they travel. */
public record ToolchainId(Digest digest) {
    @JsonCreator
    public static ToolchainId fromHex(String hex) {
        return new ToolchainId(Digest.fromHex(hex));
    }

    @JsonValue
    public String hex() {
        return digest.hex();
    }

    @Override
    public String toString() {
        return digest.hex();
    }
}
