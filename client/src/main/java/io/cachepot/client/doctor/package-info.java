/** Checks what a build needs to be cached well, and says what to mend. */
@NullMarked
package io.cachepot.client.doctor;

import org.jspecify.annotations.NullMarked;
