/* Whole reads and writes, memory, and the one line that people see. */
#include "wrapper.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* stdout may be a pipe that somebody made non-blocking for all who hold it (GNU make 4.4 does). */
static bool is_worth_waiting(int fd, short events)
{
    if (errno == EINTR)
        return true;
    if (errno != EAGAIN && errno != EWOULDBLOCK)
        return false;
    struct pollfd wanted = {.fd = fd, .events = events};
    poll(&wanted, 1, -1);
    return true;
}

bool write_all(int fd, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t written = write(fd, at, size);
        if (written < 0) {
            if (!is_worth_waiting(fd, POLLOUT))
                return false;
            continue;
        }
        at += written;
        size -= (size_t)written;
    }
    return true;
}

bool read_all(int fd, void *bytes, size_t size)
{
    char *at = bytes;
    while (size > 0) {
        ssize_t got = read(fd, at, size);
        if (got == 0)
            return false;
        if (got < 0) {
            if (!is_worth_waiting(fd, POLLIN))
                return false;
            continue;
        }
        at += got;
        size -= (size_t)got;
    }
    return true;
}

void *allocate(size_t size)
{
    void *memory = malloc(size > 0 ? size : 1);
    if (memory == NULL) {
        say("cachepot: error: out of memory, %zu bytes wanted", size);
        _exit(EXIT_TROUBLE);
    }
    return memory;
}

void say(const char *format, ...)
{
    char line[4600];
    va_list values;
    va_start(values, format);
    int length = vsnprintf(line, sizeof line - 1, format, values);
    va_end(values);
    if (length < 0)
        return;
    size_t end = (size_t)length < sizeof line - 1 ? (size_t)length : sizeof line - 2;
    line[end] = '\n';
    write_all(STDERR_FILENO, line, end + 1);
}
