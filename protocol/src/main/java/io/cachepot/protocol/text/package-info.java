/** What programs of ours say to people, alike in each of them. */
@NullMarked
package io.cachepot.protocol.text;

import org.jspecify.annotations.NullMarked;
