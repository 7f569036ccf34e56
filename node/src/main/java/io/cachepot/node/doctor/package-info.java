/** Looks at a machine that is to run a scheduler or a worker, and says what to mend. */
@NullMarked
package io.cachepot.node.doctor;

import org.jspecify.annotations.NullMarked;
