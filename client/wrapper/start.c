/* The lock, the memory of a failed start, and the wait for a new coordinator. */
#include "start.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "launch.h"

enum {
    READY_MILLIS_MAX = 10 * 1000,
    /* A little longer than whoever holds the lock may wait. */
    LOCK_MILLIS_MAX = READY_MILLIS_MAX + 2 * 1000,
    LOCK_POLL_MILLIS = 5,
    /* So long a failed start keeps others from trying: `make -j` must not pay the full wait for each file. */
    FAILURE_SECONDS = 5,
};

/* ---- memory of a failure ---- */

static bool recently_failed(const struct endpoint *endpoint, char reason[REASON_MAX]) {
    char path[SIDE_PATH_MAX];
    endpoint_side_path(endpoint, ".failed", path);
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) {
        return false;
    }
    struct stat status;
    bool recent = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid()
                  && time(NULL) - status.st_mtime >= 0 && time(NULL) - status.st_mtime <= FAILURE_SECONDS;
    ssize_t length = recent ? read(file, reason, REASON_MAX - 1) : -1;
    close(file);
    if (length <= 0) {
        return false;
    }
    reason[length] = '\0';
    return true;
}

static void remember_failure(const struct endpoint *endpoint, const char *reason) {
    char path[SIDE_PATH_MAX];
    endpoint_side_path(endpoint, ".failed", path);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (file >= 0) {
        /* Not written: the next one tries again and pays the wait, nothing worse. */
        ssize_t ignored = write(file, reason, strlen(reason));
        (void)ignored;
        close(file);
    }
}

static void forget_failure(const struct endpoint *endpoint) {
    char path[SIDE_PATH_MAX];
    endpoint_side_path(endpoint, ".failed", path);
    unlink(path);
}

/* ---- the lock ---- */

static int open_lock(const struct endpoint *endpoint, char reason[REASON_MAX]) {
    char path[SIDE_PATH_MAX];
    endpoint_side_path(endpoint, ".lock", path);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (lock < 0) {
        snprintf(reason, REASON_MAX, "The lock %s cannot be opened (%s)", path, strerror(errno));
    }
    return lock;
}

/* Polls, because a wait with an end needs either that or a signal handler; it ends as soon as the other one is done. */
static bool take_lock(int lock, char reason[REASON_MAX]) {
    int64_t deadline = monotonic_millis() + LOCK_MILLIS_MAX;
    while (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            snprintf(reason, REASON_MAX, "The coordinator's lock cannot be taken (%s)", strerror(errno));
            return false;
        }
        if (monotonic_millis() > deadline) {
            snprintf(reason, REASON_MAX, "Another wrapper has been starting the coordinator for more than %d s",
                     LOCK_MILLIS_MAX / 1000);
            return false;
        }
        sleep_millis(LOCK_POLL_MILLIS);
    }
    return true;
}

/* ---- the wait ---- */

/* One line, `ok` or what went wrong. False with a reason for everything but `ok`. */
static bool await_ready(int notify, char reason[REASON_MAX]) {
    int64_t deadline = monotonic_millis() + READY_MILLIS_MAX;
    size_t length = 0;
    while (length < REASON_MAX - 1 && memchr(reason, '\n', length) == NULL) {
        int64_t left = deadline - monotonic_millis();
        struct pollfd descriptor = {.fd = notify, .events = POLLIN};
        int ready = poll(&descriptor, 1, left > 0 ? (int)left : 0);
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (ready <= 0) {
            snprintf(reason, REASON_MAX, "The coordinator did not come up within %d s", READY_MILLIS_MAX / 1000);
            return false;
        }
        ssize_t got = read(notify, reason + length, REASON_MAX - 1 - length);
        if (got <= 0) {
            break;
        }
        length += (size_t)got;
    }
    reason[length] = '\0';
    reason[strcspn(reason, "\n")] = '\0';
    if (length == 0) {
        snprintf(reason, REASON_MAX, "The coordinator ended before it was ready (CACHEPOT_ERROR_LOG can name a file"
                                     " for what it prints)");
    }
    return strcmp(reason, "ok") == 0;
}

static bool launch_and_wait(const struct invocation *invocation, const struct endpoint *endpoint,
                            char reason[REASON_MAX]) {
    struct launch launch;
    if (!launch_detached(&launch, invocation, endpoint, reason)) {
        return false;
    }
    bool ready = await_ready(launch.notify, reason);
    close(launch.notify);
    launch_settle(&launch, ready);
    return ready;
}

/* ---- all of it, under the lock ---- */

static bool remove_stale_socket(const struct endpoint *endpoint, char reason[REASON_MAX]) {
    const char *path = endpoint->address.sun_path;
    struct stat status;
    if (lstat(path, &status) != 0) {
        return true;
    }
    if (!S_ISSOCK(status.st_mode)) {
        snprintf(reason, REASON_MAX, "%s is not a socket, remove it", path);
        return false;
    }
    unlink(path);
    return true;
}

static bool start_locked(const struct invocation *invocation, const struct endpoint *endpoint, int *socket,
                         bool *started, char reason[REASON_MAX]) {
    enum reached reached = endpoint_connect(endpoint, socket, reason);
    if (reached != NOBODY_LISTENS) {
        return reached == REACHED;
    }
    /* Whoever asks for a coordinator by name is not put off with an old failure. */
    if (!invocation->control && recently_failed(endpoint, reason)) {
        return false;
    }
    if (!remove_stale_socket(endpoint, reason) || !launch_and_wait(invocation, endpoint, reason)) {
        remember_failure(endpoint, reason);
        return false;
    }
    forget_failure(endpoint);
    *started = true;
    reached = endpoint_connect(endpoint, socket, reason);
    if (reached == NOBODY_LISTENS) {
        snprintf(reason, REASON_MAX, "The coordinator said it was ready, but nobody listens at %s",
                 endpoint->address.sun_path);
    }
    return reached == REACHED;
}

bool start_coordinator(const struct invocation *invocation, const struct endpoint *endpoint, int *socket,
                       bool *started, char reason[REASON_MAX]) {
    if (!endpoint_prepare(endpoint, reason)) {
        return false;
    }
    int lock = open_lock(endpoint, reason);
    if (lock < 0) {
        return false;
    }
    bool connected = take_lock(lock, reason) && start_locked(invocation, endpoint, socket, started, reason);
    close(lock);
    return connected;
}

void become_coordinator(const struct invocation *invocation, const struct endpoint *endpoint,
                        char reason[REASON_MAX]) {
    if (endpoint_prepare(endpoint, reason)) {
        launch_here(invocation, endpoint, reason);
    }
}
