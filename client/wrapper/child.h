/* Making a child process that dies with us, and the signals that concern it. */
#ifndef CACHEPOT_CHILD_H
#define CACHEPOT_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "command.h"

/** The signals that end a build arrive as bytes here while a child runs; so does SIGCHLD. */
struct signals {
    int descriptor;
    sigset_t before;
    struct sigaction child_before;
};

/** False: no descriptor is left. */
bool signals_hold(struct signals *signals);
void signals_release(struct signals *signals);

struct child {
    pid_t id;
    int outputs[2]; /* read ends of captured stdout and stderr, not blocking; else -1 */
};

/** Starts the command with these RUN flags. 0, or the errno that says why there is no child. */
int child_start(struct child *child, const struct command *command, unsigned flags, const struct signals *signals,
                const struct sigaction *sigpipe);

#endif
