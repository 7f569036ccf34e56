/* Starting a coordinator when nobody listens: exactly one, however many wrappers want one. */
#ifndef CACHEPOT_START_H
#define CACHEPOT_START_H

#include <stdbool.h>

#include "endpoint.h"
#include "invocation.h"

/**
 * Takes the lock, looks again whether somebody listens, and if not starts a coordinator and waits until it does.
 * True: `*socket` is connected, `*started` says whether it was us. False: the reason is set.
 */
bool start_coordinator(const struct invocation *invocation, const struct endpoint *endpoint, int *socket,
                       bool *started, char reason[REASON_MAX]);

/** Becomes the coordinator instead of starting one; returns only when that failed, with the reason set. */
void become_coordinator(const struct invocation *invocation, const struct endpoint *endpoint,
                        char reason[REASON_MAX]);

#endif
