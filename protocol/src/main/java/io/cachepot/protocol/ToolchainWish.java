package io.cachepot.protocol;

/**
 * A worker asks where a toolchain is to be had.
 *
 * @param wouldReceive whether a client stands ready to send it to this worker, if nobody else has
 *     it; false for one that is fetched ahead of need
 */
public record ToolchainWish(boolean wouldReceive) {}
