/* Time that only goes forward. */
#ifndef CACHEPOT_CLOCK_H
#define CACHEPOT_CLOCK_H

#include <errno.h>
#include <stdint.h>
#include <time.h>

static inline int64_t monotonic_micros(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static inline int64_t monotonic_millis(void) {
    return monotonic_micros() / 1000;
}

static inline void sleep_millis(int millis) {
    struct timespec time = {.tv_sec = millis / 1000, .tv_nsec = (long)(millis % 1000) * 1000000};
    while (nanosleep(&time, &time) != 0 && errno == EINTR) {
    }
}

#endif
