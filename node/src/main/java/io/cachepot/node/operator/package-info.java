/** What operators see of a cluster in a terminal. */
@NullMarked
package io.cachepot.node.operator;

import org.jspecify.annotations.NullMarked;
