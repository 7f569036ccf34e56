/* One RUN: the child, its output, signals for it. */
#ifndef CACHEPOT_RUN_H
#define CACHEPOT_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "command.h"
#include "session.h"

enum run_flag {
    RUN_CAPTURE_STDOUT = 1,
    RUN_CAPTURE_STDERR = 2,
    RUN_FORWARD = 4,
    RUN_FINAL = 8,
    RUN_STDIN_NULL = 16,
    RUN_FLAGS_ALL = 31,
};

/**
 * Runs the command and reports it. Does not return when a signal ended the build. When the coordinator went away
 * meanwhile, the peer's trouble is set: a final run was finished all the same, any other was ended.
 */
void run_command(struct session *session, const struct command *command, uint32_t flags);

#endif
