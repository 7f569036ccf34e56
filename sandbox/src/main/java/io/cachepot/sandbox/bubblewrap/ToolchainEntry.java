package io.cachepot.sandbox.bubblewrap;

/** What a name in a toolchain's directory stands for, by lstat. */
sealed interface ToolchainEntry {
    record Directory() implements ToolchainEntry {}

    record File(boolean executable) implements ToolchainEntry {}

    record Link(String target) implements ToolchainEntry {}
}
