/** The local daemon: socket, sessions, and how one compile goes from request to answer. */
@NullMarked
package io.cachepot.client.coordinator;

import org.jspecify.annotations.NullMarked;
