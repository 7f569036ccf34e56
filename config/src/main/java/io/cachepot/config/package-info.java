/** Settings of every role as records: defaults and checks. */
@NullMarked
package io.cachepot.config;

import org.jspecify.annotations.NullMarked;
