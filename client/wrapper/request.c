/* Builds the request in one piece of memory and sends it with one call. */
#include "request.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static bool is_here(const char *path) {
    struct stat there;
    struct stat here;
    return stat(path, &there) == 0 && stat(".", &here) == 0 && there.st_dev == here.st_dev
           && there.st_ino == here.st_ino;
}

/* $PWD when it is true: it is what a compiler writes into debug information. NULL when the directory is gone. */
static const char *working_directory(char buffer[PATH_MAX]) {
    const char *claimed = getenv("PWD");
    if (claimed != NULL && claimed[0] == '/' && is_here(claimed)) {
        return claimed;
    }
    return getcwd(buffer, PATH_MAX);
}

static mode_t current_umask(void) {
    mode_t mask = umask(0);
    umask(mask);
    return mask;
}

static size_t size_of_string(const char *text) {
    return 4 + strlen(text);
}

/* Count and strings of a NULL-terminated list. */
static size_t size_of_list(char *const *list, uint32_t *count) {
    size_t size = 4;
    *count = 0;
    for (; *list != NULL; list++) {
        size += size_of_string(*list);
        (*count)++;
    }
    return size;
}

static unsigned char *put_string(unsigned char *at, const char *text) {
    size_t length = strlen(text);
    at = put_u32(at, (uint32_t)length);
    memcpy(at, text, length);
    return at + length;
}

static unsigned char *put_list(unsigned char *at, char *const *list, uint32_t count) {
    at = put_u32(at, count);
    for (; *list != NULL; list++) {
        at = put_string(at, *list);
    }
    return at;
}

static uint32_t flags_of(const struct invocation *invocation, bool started_coordinator) {
    return (started_coordinator ? (uint32_t)REQUEST_STARTED_COORDINATOR : 0)
           | (invocation->masquerade ? (uint32_t)REQUEST_MASQUERADE : 0);
}

bool request_send(const struct invocation *invocation, struct peer *peer, bool started_coordinator) {
    char buffer[PATH_MAX];
    const char *directory = working_directory(buffer);
    if (directory == NULL && !invocation->control) {
        peer_hang_up(peer, "The current directory has no path (%s)", strerror(errno));
        return false;
    }
    if (directory == NULL) {
        directory = "/";
    }
    uint32_t arguments;
    uint32_t variables;
    size_t length = 2 + 4 + 4 + 4 + 4 + 3 + size_of_string(invocation->self) + size_of_string(invocation->argv[0])
                    + size_of_string(directory) + size_of_list(invocation->argv + 1, &arguments)
                    + size_of_list(environ, &variables);
    unsigned char *frame = length > FRAME_BYTES_MAX ? NULL : malloc(FRAME_HEADER_BYTES + length);
    if (frame == NULL) {
        peer_hang_up(peer, "Arguments and environment take %zu bytes, at most %d can be sent", length, FRAME_BYTES_MAX);
        return false;
    }
    unsigned char *at = put_header(frame, FRAME_REQUEST, length);
    at = put_u16(at, PROTOCOL_VERSION);
    at = put_u32(at, flags_of(invocation, started_coordinator));
    at = put_u32(at, current_umask());
    at = put_u32(at, (uint32_t)getppid());
    at = put_u32(at, (uint32_t)getsid(0));
    for (int descriptor = 0; descriptor < 3; descriptor++) {
        *at++ = (unsigned char)invocation->kinds[descriptor];
    }
    at = put_string(at, invocation->self);
    at = put_string(at, invocation->argv[0]);
    at = put_string(at, directory);
    at = put_list(at, invocation->argv + 1, arguments);
    put_list(at, environ, variables);
    bool sent = peer_send(peer, frame, FRAME_HEADER_BYTES + length);
    free(frame);
    return sent;
}
