/** Settings of every role as records, with their defaults and their checks. */
@NullMarked
package io.cachepot.config;

import org.jspecify.annotations.NullMarked;
