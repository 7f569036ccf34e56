/** What is known of rustc: its options, its files, and how crates name each other. */
@NullMarked
package io.cachepot.client.compiler.rustc;

import org.jspecify.annotations.NullMarked;
