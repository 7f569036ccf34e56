/** Runs jobs: a chain of executors behind a door of tickets; and tells the schedulers about it. */
@NullMarked
package io.cachepot.node.worker;

import org.jspecify.annotations.NullMarked;
