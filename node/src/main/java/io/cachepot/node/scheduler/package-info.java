/**
 * Which worker gets which job: state, decisions, waiting. Time and randomness are parameters, and
 * what the grid keeps is behind interfaces.
 */
@NullMarked
package io.cachepot.node.scheduler;

import org.jspecify.annotations.NullMarked;
