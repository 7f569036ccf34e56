/**
 * The coordinator's end of the wire to the native wrapper: its request, what it is told to do, what
 * it reports.
 */
@NullMarked
package io.cachepot.client.wrapper;

import org.jspecify.annotations.NullMarked;
