/** Options of gcc and clang as a table. */
@NullMarked
package io.cachepot.client.compiler.gcc;

import org.jspecify.annotations.NullMarked;
