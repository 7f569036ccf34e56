/* The socket's path, the check of its directory and of who listens there. */
#include "endpoint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

/* A coordinator that accepts nothing for so long is as good as none. Remote compiles are not bound by it. */
enum { SEND_SECONDS_MAX = 10 };

static bool fits(int length, size_t room) {
    return length >= 0 && (size_t)length < room;
}

static bool is_own_directory(const char *path) {
    struct stat status;
    return path[0] == '/' && lstat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid();
}

static bool chosen_by_user(struct endpoint *endpoint, const char *path, char reason[REASON_MAX]) {
    size_t room = sizeof endpoint->address.sun_path;
    if (path[0] != '/') {
        snprintf(reason, REASON_MAX, "CACHEPOT_COORDINATOR_SOCKET is '%.500s', expected an absolute path", path);
        return false;
    }
    if (strlen(path) >= room) {
        snprintf(reason, REASON_MAX, "CACHEPOT_COORDINATOR_SOCKET is a path of %zu bytes, at most %zu are possible",
                 strlen(path), room - 1);
        return false;
    }
    strcpy(endpoint->address.sun_path, path);
    endpoint->directory[0] = '\0';
    return true;
}

bool endpoint_find(struct endpoint *endpoint, char reason[REASON_MAX]) {
    endpoint->address.sun_family = AF_UNIX;
    const char *chosen = getenv("CACHEPOT_COORDINATOR_SOCKET");
    if (chosen != NULL && chosen[0] != '\0') {
        return chosen_by_user(endpoint, chosen, reason);
    }
    const char *port = getenv("CACHEPOT_COORDINATOR_PORT");
    if (port == NULL || port[0] == '\0') {
        port = "4226";
    }
    if (strspn(port, "0123456789") != strlen(port) || strlen(port) > 5) {
        snprintf(reason, REASON_MAX, "CACHEPOT_COORDINATOR_PORT is '%.100s', expected a number", port);
        return false;
    }
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    size_t room = sizeof endpoint->directory;
    int length = runtime != NULL && is_own_directory(runtime)
                     ? snprintf(endpoint->directory, room, "%s/cachepot", runtime)
                     : snprintf(endpoint->directory, room, "/tmp/cachepot-%u", (unsigned)geteuid());
    if (!fits(length, room)
        || !fits(snprintf(endpoint->address.sun_path, sizeof endpoint->address.sun_path, "%s/coordinator-%s.sock",
                          endpoint->directory, port),
                 sizeof endpoint->address.sun_path)) {
        snprintf(reason, REASON_MAX, "XDG_RUNTIME_DIR is too long for the path of a socket (at most %zu bytes)",
                 sizeof endpoint->address.sun_path - 1);
        return false;
    }
    return true;
}

/* A directory that somebody else can write could hold somebody else's coordinator. errno is 0 unless lstat failed. */
static bool check_directory(const char *path, char reason[REASON_MAX]) {
    struct stat status;
    if (lstat(path, &status) != 0) {
        snprintf(reason, REASON_MAX, "The socket's directory %s cannot be used (%s)", path, strerror(errno));
        return false;
    }
    errno = 0;
    if (!S_ISDIR(status.st_mode)) {
        snprintf(reason, REASON_MAX, "%s is not a directory, remove it", path);
        return false;
    }
    if (status.st_uid != geteuid()) {
        snprintf(reason, REASON_MAX, "The directory %s belongs to user %u, expected user %u", path,
                 (unsigned)status.st_uid, (unsigned)geteuid());
        return false;
    }
    if ((status.st_mode & 077) != 0) {
        snprintf(reason, REASON_MAX, "The directory %s has mode %03o and is open to others, make it 700", path,
                 status.st_mode & 0777U);
        return false;
    }
    return true;
}

bool endpoint_prepare(const struct endpoint *endpoint, char reason[REASON_MAX]) {
    if (endpoint->directory[0] == '\0') {
        return true;
    }
    if (mkdir(endpoint->directory, 0700) != 0 && errno != EEXIST) {
        snprintf(reason, REASON_MAX, "The socket's directory %s cannot be made (%s)", endpoint->directory,
                 strerror(errno));
        return false;
    }
    return check_directory(endpoint->directory, reason);
}

static bool is_peer_ours(int descriptor) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.uid == geteuid();
}

enum reached endpoint_connect(const struct endpoint *endpoint, int *descriptor, char reason[REASON_MAX]) {
    const char *path = endpoint->address.sun_path;
    if (endpoint->directory[0] != '\0' && !check_directory(endpoint->directory, reason)) {
        return errno == ENOENT ? NOBODY_LISTENS : UNREACHABLE;
    }
    *descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*descriptor < 0) {
        snprintf(reason, REASON_MAX, "No socket could be made (%s)", strerror(errno));
        return UNREACHABLE;
    }
    struct timeval limit = {.tv_sec = SEND_SECONDS_MAX};
    setsockopt(*descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(*descriptor, (const struct sockaddr *)&endpoint->address, sizeof endpoint->address) != 0) {
        int error = errno;
        close(*descriptor);
        if (error == ENOENT || error == ECONNREFUSED) {
            return NOBODY_LISTENS;
        }
        snprintf(reason, REASON_MAX, "The coordinator at %s cannot be reached (%s)", path, strerror(error));
        return UNREACHABLE;
    }
    if (!is_peer_ours(*descriptor)) {
        close(*descriptor);
        snprintf(reason, REASON_MAX, "The coordinator at %s runs as another user", path);
        return UNREACHABLE;
    }
    return REACHED;
}

void endpoint_side_path(const struct endpoint *endpoint, const char *suffix, char path[SIDE_PATH_MAX]) {
    snprintf(path, SIDE_PATH_MAX, "%s%s", endpoint->address.sun_path, suffix);
}
