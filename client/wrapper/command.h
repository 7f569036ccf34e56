/* A command line to run: resolved path, arguments, environment. */
#ifndef CACHEPOT_COMMAND_H
#define CACHEPOT_COMMAND_H

#include <stdbool.h>

#include "frame.h"
#include "invocation.h"

struct command {
    char *path;
    char **arguments;   /* NULL at the end, argv[0] first */
    char **environment; /* NULL at the end */
    char depth[32];     /* the CACHEPOT_DEPTH=n in the environment */
};

/** Decodes what follows the flags of R and X. The strings stay in the payload. False: malformed or no memory. */
bool command_decode(struct command *command, struct cursor *payload, const struct invocation *invocation);

/** A command of our own with our own environment. False: no memory. */
bool command_own(struct command *command, char *path, char **arguments, const struct invocation *invocation);

/** Frees the lists, not the strings. */
void command_free(struct command *command);

/** Becomes the command as a shell would; returns only when that failed, with errno set. */
void command_become(const struct command *command);

#endif
