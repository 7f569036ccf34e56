/** Cache keys and manifests: what a result depends on. */
@NullMarked
package io.cachepot.client.key;

import org.jspecify.annotations.NullMarked;
