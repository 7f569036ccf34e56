/** Counts what happens, and shows it as text and as JSON. */
@NullMarked
package io.cachepot.client.stats;

import org.jspecify.annotations.NullMarked;
