/**
 * Mutual TLS between members of the grid, and what a certificate's role allows. Hazelcast's
 * community edition has neither; these are built on classes of its own that are not for others, so
 * its version is pinned and each attack is a test.
 */
@NullMarked
package io.cachepot.node.grid.secure;

import org.jspecify.annotations.NullMarked;
