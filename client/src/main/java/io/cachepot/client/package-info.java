/** What the build calls: the coordinator and everything it decides. */
@NullMarked
package io.cachepot.client;

import org.jspecify.annotations.NullMarked;
