/** What is logged, and how a line of the log looks. */
@NullMarked
package io.cachepot.config.logging;

import org.jspecify.annotations.NullMarked;
