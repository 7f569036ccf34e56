/** Which system calls a job may make. */
@NullMarked
package io.cachepot.sandbox.seccomp;

import org.jspecify.annotations.NullMarked;
