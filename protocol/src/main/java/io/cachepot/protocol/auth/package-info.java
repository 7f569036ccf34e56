/** The tokens that client, scheduler and worker show each other. */
@NullMarked
package io.cachepot.protocol.auth;

import org.jspecify.annotations.NullMarked;
