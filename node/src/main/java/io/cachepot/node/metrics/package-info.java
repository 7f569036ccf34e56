/** What nodes count and measure, for Prometheus and whoever reads its text format. */
@NullMarked
package io.cachepot.node.metrics;

import org.jspecify.annotations.NullMarked;
