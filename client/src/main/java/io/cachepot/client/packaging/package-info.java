/** Toolchain archives and input trees. */
@NullMarked
package io.cachepot.client.packaging;

import org.jspecify.annotations.NullMarked;
