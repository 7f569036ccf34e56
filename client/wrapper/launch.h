/* Running the coordinator's launch command, detached from the build or in place of the wrapper. */
#ifndef CACHEPOT_LAUNCH_H
#define CACHEPOT_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "endpoint.h"
#include "invocation.h"

struct launch {
    pid_t session; /* leader of the new session, an unreaped child of ours until launch_settle */
    int notify;    /* where the coordinator says that it is ready */
};

/** Starts the command in a session of its own. It gets nothing of the build: no descriptor, no directory, no umask. */
bool launch_detached(struct launch *launch, const struct invocation *invocation, const struct endpoint *endpoint,
                     char reason[REASON_MAX]);

/** Ends the wait. What did not come up is killed, so that a second start does not make a second coordinator. */
void launch_settle(struct launch *launch, bool ready);

/** Becomes the command; returns only when that failed, with the reason set. */
void launch_here(const struct invocation *invocation, const struct endpoint *endpoint, char reason[REASON_MAX]);

#endif
