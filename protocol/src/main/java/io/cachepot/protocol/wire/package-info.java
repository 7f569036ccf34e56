/** The byte form of each value: version, bounds; a decoder trusts nothing. */
@NullMarked
package io.cachepot.protocol.wire;

import org.jspecify.annotations.NullMarked;
