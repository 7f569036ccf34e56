/** Tokens of identity providers: fetched with a browser, kept, and shown to schedulers. */
@NullMarked
package io.cachepot.client.auth;

import org.jspecify.annotations.NullMarked;
