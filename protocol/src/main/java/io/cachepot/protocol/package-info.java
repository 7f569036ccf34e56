/** Values that client, scheduler and worker know alike; no I/O. */
@NullMarked
package io.cachepot.protocol;

import org.jspecify.annotations.NullMarked;
