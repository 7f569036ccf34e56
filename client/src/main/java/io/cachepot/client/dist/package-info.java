/** Compiles on other machines: grants, upload, run, and the next worker when one fails. */
@NullMarked
package io.cachepot.client.dist;

import org.jspecify.annotations.NullMarked;
