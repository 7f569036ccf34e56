/** What every process of ours tells of itself to who watches it. */
@NullMarked
package io.cachepot.config.metrics;

import org.jspecify.annotations.NullMarked;
