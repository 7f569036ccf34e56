/** The daemons of a cluster: scheduler and worker. {@code Node} wires them. */
@NullMarked
package io.cachepot.node;

import org.jspecify.annotations.NullMarked;
