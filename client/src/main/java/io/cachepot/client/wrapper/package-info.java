/** How the coordinator talks to the native wrapper; docs/WRAPPER_PROTOCOL.md has the bytes. */
@NullMarked
package io.cachepot.client.wrapper;

import org.jspecify.annotations.NullMarked;
