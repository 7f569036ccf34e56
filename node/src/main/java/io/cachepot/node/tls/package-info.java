/** What a node proves itself with when somebody connects, or when it connects itself. */
@NullMarked
package io.cachepot.node.tls;

import org.jspecify.annotations.NullMarked;
