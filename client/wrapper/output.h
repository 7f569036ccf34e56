/* Our own stdout and stderr. A broken one swallows what comes: the compiler's exit code still counts. */
#ifndef CACHEPOT_OUTPUT_H
#define CACHEPOT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

struct output {
    int descriptor;
    bool broken;
};

/** Writes all of it, waiting where a descriptor does not block by itself. */
void output_write(struct output *output, const unsigned char *bytes, size_t length);

/** Writes what goes without waiting after poll said so; answers how much is dealt with. */
size_t output_try(struct output *output, const unsigned char *bytes, size_t length);

#endif
