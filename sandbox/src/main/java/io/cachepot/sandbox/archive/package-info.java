/** Toolchain archives: write them so that equal content has equal bytes; check and unpack any. */
@NullMarked
package io.cachepot.sandbox.archive;

import org.jspecify.annotations.NullMarked;
