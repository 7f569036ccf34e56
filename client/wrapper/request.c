/* Our first words: all that the coordinator needs to know of the invocation, in one frame. */
#include "wrapper.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { FLAG_STARTED = 1, FLAG_MASQUERADE = 2, NULL_MAJOR = 1, NULL_MINOR = 3 };
enum kind { CLOSED, TERMINAL, PIPE, REGULAR, DEV_NULL, SOCKET, OTHER };

static unsigned char kind_of(int fd)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return CLOSED;
    if (S_ISFIFO(status.st_mode))
        return PIPE;
    if (S_ISREG(status.st_mode))
        return REGULAR;
    if (S_ISSOCK(status.st_mode))
        return SOCKET;
    if (S_ISCHR(status.st_mode)) {
        if (major(status.st_rdev) == NULL_MAJOR && minor(status.st_rdev) == NULL_MINOR)
            return DEV_NULL;
        return isatty(fd) ? TERMINAL : OTHER;
    }
    return OTHER;
}

/* $PWD where it is right: compilers take it too, and write it into debug information. */
static const char *current_directory(char *buffer, size_t size)
{
    const char *pwd = getenv("PWD");
    struct stat named, real;
    if (pwd != NULL && pwd[0] == '/' && stat(pwd, &named) == 0 && stat(".", &real) == 0 &&
        named.st_dev == real.st_dev && named.st_ino == real.st_ino)
        return pwd;
    return getcwd(buffer, size) != NULL ? buffer : "";
}

static size_t size_of(char **strings)
{
    size_t size = 4;
    for (; *strings != NULL; strings++)
        size += 4 + strlen(*strings);
    return size;
}

static unsigned char *put_string(unsigned char *at, const char *string)
{
    size_t size = strlen(string);
    put_u32(at, (uint32_t)size);
    memcpy(at + 4, string, size);
    return at + 4 + size;
}

static unsigned char *put_strings(unsigned char *at, char **strings)
{
    unsigned char *count_at = at;
    uint32_t count = 0;
    at += 4;
    for (; *strings != NULL; strings++, count++)
        at = put_string(at, *strings);
    put_u32(count_at, count);
    return at;
}

bool send_request(int socket, const struct invocation *invocation, bool has_started)
{
    enum { FIXED_BYTES = 2 + 4 + 4 + 3 };
    char buffer[PATH_MAX];
    const char *cwd = current_directory(buffer, sizeof buffer);
    char **arguments = invocation->argv + 1;
    mode_t mask = umask(0);
    umask(mask);

    size_t size = FIXED_BYTES + 12 + strlen(invocation->self) + strlen(invocation->argv[0]) +
                  strlen(cwd) + size_of(arguments) + size_of(environ);
    unsigned char *payload = allocate(size);
    unsigned char *at = payload;
    put_u16(at, PROTOCOL_VERSION);
    put_u32(at + 2, (has_started ? FLAG_STARTED : 0u) |
                        (invocation->is_masquerade ? FLAG_MASQUERADE : 0u));
    put_u32(at + 6, mask);
    for (int fd = 0; fd < 3; fd++)
        at[10 + fd] = kind_of(fd);
    at = put_string(at + FIXED_BYTES, invocation->self);
    at = put_string(at, invocation->argv[0]);
    at = put_string(at, cwd);
    at = put_strings(at, arguments);
    at = put_strings(at, environ);

    bool is_sent = frame_send(socket, 'H', payload, (size_t)(at - payload));
    free(payload);
    return is_sent;
}
