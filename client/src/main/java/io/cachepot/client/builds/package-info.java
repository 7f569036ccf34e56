/** Compiles by the build that they belong to: its summary and its trace. */
@NullMarked
package io.cachepot.client.builds;

import org.jspecify.annotations.NullMarked;
