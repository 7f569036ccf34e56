/* Writing to descriptors that may block, not block, or be broken. */
#include "output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

void output_write(struct output *output, const unsigned char *bytes, size_t length) {
    while (length > 0 && !output->broken) {
        ssize_t written = write(output->descriptor, bytes, length);
        if (written >= 0) {
            bytes += written;
            length -= (size_t)written;
        } else if (errno == EAGAIN) {
            struct pollfd room = {.fd = output->descriptor, .events = POLLOUT};
            poll(&room, 1, -1);
        } else if (errno != EINTR) {
            output->broken = true;
        }
    }
}

size_t output_try(struct output *output, const unsigned char *bytes, size_t length) {
    if (output->broken) {
        return length;
    }
    /* A pipe that polls as writable has room for so much; more could block, and then no signal would be seen. */
    ssize_t written = write(output->descriptor, bytes, length < PIPE_BUF ? length : PIPE_BUF);
    if (written >= 0) {
        return (size_t)written;
    }
    if (errno == EAGAIN || errno == EINTR) {
        return 0;
    }
    output->broken = true;
    return length;
}
