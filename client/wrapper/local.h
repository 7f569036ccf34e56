/* Running the real compiler ourselves, exactly as it was asked for. */
#ifndef CACHEPOT_LOCAL_H
#define CACHEPOT_LOCAL_H

#include "invocation.h"

/** Becomes the real compiler; ends with an error and 127 (not there) or 126 (cannot be run) when that is impossible. */
_Noreturn void become_compiler(const struct invocation *invocation);

#endif
