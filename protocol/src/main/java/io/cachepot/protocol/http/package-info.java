/** Routes and headers as constants; no server, no client. */
@NullMarked
package io.cachepot.protocol.http;

import org.jspecify.annotations.NullMarked;
