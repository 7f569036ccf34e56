/** One bubblewrap per job: plans the job's root, makes it on disk, runs, collects, removes. */
@NullMarked
package io.cachepot.sandbox.bubblewrap;

import org.jspecify.annotations.NullMarked;
