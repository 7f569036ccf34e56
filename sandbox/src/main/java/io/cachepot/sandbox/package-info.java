/**
 * Runs one process in a closed root. {@code Sandbox} is the contract, its implementations live
 * below.
 */
@NullMarked
package io.cachepot.sandbox;

import org.jspecify.annotations.NullMarked;
