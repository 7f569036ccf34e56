/** What the flags of {@code cachepot} print. */
@NullMarked
package io.cachepot.client.cli;

import org.jspecify.annotations.NullMarked;
