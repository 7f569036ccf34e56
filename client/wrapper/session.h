/* Obeying the coordinator, and what remains to be done when it is gone. */
#ifndef CACHEPOT_SESSION_H
#define CACHEPOT_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "frame.h"
#include "invocation.h"
#include "output.h"

/**
 * Output of the final run that was captured and sent but not written to our own streams: if the coordinator dies, it
 * is all there is. A row of O and E frames, as they were sent.
 */
struct retained {
    unsigned char *frames;
    size_t length;
    size_t capacity;
    size_t replayed;
};

struct session {
    const struct invocation *invocation;
    struct peer *peer;
    struct output outputs[2]; /* stdout, stderr */
    bool has_final;           /* the compile that was asked for has been run; this is how it ended: */
    int final_status;
    struct retained retained;
    size_t written[2]; /* by W since the final run, per stream; so much of `retained` the user has seen */
};

/**
 * Reads directives until one ends this process, or the final run's result does. Returns only when the connection broke
 * and nothing final has run; the peer's trouble says why.
 */
void session_obey(struct session *session);

/** Makes room for so much more. False: no memory, or more than is worth keeping. */
bool retained_reserve(struct retained *retained, size_t length);

/** Keeps one frame, for which there is room. */
void retained_add(struct retained *retained, const unsigned char *frame, size_t length);

#endif
