package io.cachepot.client.dist;

/** A worker does not want the toolchain: it is broken, hostile or too large, or finds no room. */
final class ToolchainRefusedException extends DistException {
    private static final long serialVersionUID = 1L;

    ToolchainRefusedException(String message) {
        super(message);
    }
}
