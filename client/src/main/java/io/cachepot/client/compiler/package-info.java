/** What a command line asks for: cacheable, not cacheable, or not a compile at all. */
@NullMarked
package io.cachepot.client.compiler;

import org.jspecify.annotations.NullMarked;
