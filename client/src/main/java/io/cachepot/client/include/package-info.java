/** Which files a C compile reads, and which names it looked for in vain; memory of file digests. */
@NullMarked
package io.cachepot.client.include;

import org.jspecify.annotations.NullMarked;
