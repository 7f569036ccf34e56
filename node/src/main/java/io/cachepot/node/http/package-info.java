/** Routes to services over HTTP; the only importer of {@code io.undertow}. */
@NullMarked
package io.cachepot.node.http;

import org.jspecify.annotations.NullMarked;
