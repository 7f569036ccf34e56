/** Results on the local disk; trouble here never fails a build. */
@NullMarked
package io.cachepot.client.cache;

import org.jspecify.annotations.NullMarked;
