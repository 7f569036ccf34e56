/**
 * Contents that jobs read, by digest, on a worker's disk; bounded, least recently used out first.
 */
@NullMarked
package io.cachepot.node.cache;

import org.jspecify.annotations.NullMarked;
