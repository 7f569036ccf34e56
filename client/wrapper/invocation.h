/* One call of the wrapper: what the kernel and the caller gave us, looked at once. */
#ifndef CACHEPOT_INVOCATION_H
#define CACHEPOT_INVOCATION_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>

/** Longest reason that a line on stderr can carry; a longer one is cut. */
enum { REASON_MAX = 1024 };

/** What a descriptor is, as the protocol numbers it. */
enum kind {
    KIND_CLOSED = 0,
    KIND_TERMINAL = 1,
    KIND_PIPE = 2,
    KIND_FILE = 3,
    KIND_NULL = 4,
    KIND_SOCKET = 5,
    KIND_OTHER = 6,
};

struct invocation {
    int argc;
    char **argv;
    bool masquerade;         /* called under a compiler's name */
    bool control;            /* `cachepot --something`: for the coordinator itself, there is nothing to compile */
    unsigned depth;          /* how many cachepots are already above this one */
    enum kind kinds[3];      /* of descriptors 0, 1 and 2 */
    char self[PATH_MAX];     /* resolved path of this program; empty when /proc is not there */
    struct sigaction sigpipe; /* what SIGPIPE was when we came, for those who run after us */
};

/** Looks at everything above; afterwards descriptors 0 to 2 are surely taken and SIGPIPE is ignored. */
void invocation_look(struct invocation *invocation, int argc, char **argv);

/** True when the arguments after the program's name contain `option`. */
bool invocation_has(const struct invocation *invocation, const char *option);

/** The part of `path` after its last slash. */
const char *base_name(const char *path);

/** True when the environment variable `name` is exactly `1`. */
bool is_switched_on(const char *name);

#endif
