/** Where settings come from: flags, then environment, then file, then default. */
@NullMarked
package io.cachepot.config.source;

import org.jspecify.annotations.NullMarked;
