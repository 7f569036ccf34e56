/** Toolchains on a worker's disk: verify, unpack once, lend, evict. */
@NullMarked
package io.cachepot.node.toolchain;

import org.jspecify.annotations.NullMarked;
