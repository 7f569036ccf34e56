/** The coordinator in numbers, for those who watch many. */
@NullMarked
package io.cachepot.client.metrics;

import org.jspecify.annotations.NullMarked;
