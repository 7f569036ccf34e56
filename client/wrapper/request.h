/* The first frame: everything about this call that the coordinator needs to know. */
#ifndef CACHEPOT_REQUEST_H
#define CACHEPOT_REQUEST_H

#include <stdbool.h>

#include "frame.h"
#include "invocation.h"

enum { REQUEST_STARTED_COORDINATOR = 1, REQUEST_MASQUERADE = 2 };

/** Sends H. False: it could not be sent or even built; the peer's trouble says why. */
bool request_send(const struct invocation *invocation, struct peer *peer, bool started_coordinator);

#endif
