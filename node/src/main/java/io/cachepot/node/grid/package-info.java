/**
 * The cluster's shared state and liveness in an embedded Hazelcast grid; the only importer of
 * {@code com.hazelcast}.
 */
@NullMarked
package io.cachepot.node.grid;

import org.jspecify.annotations.NullMarked;
