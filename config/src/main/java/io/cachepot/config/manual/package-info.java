/** Manual pages. */
@NullMarked
package io.cachepot.config.manual;

import org.jspecify.annotations.NullMarked;
