/** What nodes and operators ask schedulers over HTTP. */
@NullMarked
package io.cachepot.node.calls;

import org.jspecify.annotations.NullMarked;
