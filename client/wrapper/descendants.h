/* The processes below this one, and ending them. */
#ifndef CACHEPOT_DESCENDANTS_H
#define CACHEPOT_DESCENDANTS_H

#include <stdint.h>

/** Sends the signal to every descendant. Those with a session of their own are daemons and are spared. */
void signal_descendants(int signal);

/**
 * Ends whatever is left below us: lets it go by itself until the deadline (it has had its signal), then kills it.
 * Needs this process to be a subreaper, else grandchildren escape to another parent.
 */
void end_descendants(int signal, int64_t deadline_millis);

#endif
