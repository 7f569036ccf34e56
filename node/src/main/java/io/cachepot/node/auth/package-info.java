/** Who may come in: what clients and workers show to a scheduler, and whether it is good. */
@NullMarked
package io.cachepot.node.auth;

import org.jspecify.annotations.NullMarked;
