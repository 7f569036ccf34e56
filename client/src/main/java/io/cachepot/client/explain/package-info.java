/** Remembers the latest compiles and says why each came out as it did. */
@NullMarked
package io.cachepot.client.explain;

import org.jspecify.annotations.NullMarked;
