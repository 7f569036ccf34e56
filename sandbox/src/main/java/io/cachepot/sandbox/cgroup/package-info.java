/** Control groups, which bound what each job uses. */
@NullMarked
package io.cachepot.sandbox.cgroup;

import org.jspecify.annotations.NullMarked;
