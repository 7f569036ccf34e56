package io.cachepot.config;

/**
 * How compiles of Rust are taken.
 *
 * @param isIncremental whether a crate that cargo wants compiled incrementally is left to rustc,
 *     uncached; else it is compiled whole, and cached
 */
public record RustConfig(boolean isIncremental) {
    public static final RustConfig DEFAULT = new RustConfig(true);
}
