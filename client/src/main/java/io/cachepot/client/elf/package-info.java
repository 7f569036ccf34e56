/** Reads what programs need to run, without running them. */
@NullMarked
package io.cachepot.client.elf;

import org.jspecify.annotations.NullMarked;
