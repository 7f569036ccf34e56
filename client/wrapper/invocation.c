/* Looks at the call: name, descriptors, own path, depth. */
#include "invocation.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static enum kind kind_of(int descriptor) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) {
        return KIND_CLOSED;
    }
    switch (status.st_mode & S_IFMT) {
        case S_IFIFO:
            return KIND_PIPE;
        case S_IFREG:
            return KIND_FILE;
        case S_IFSOCK:
            return KIND_SOCKET;
        case S_IFCHR:
            if (status.st_rdev == makedev(1, 3)) {
                return KIND_NULL;
            }
            return isatty(descriptor) ? KIND_TERMINAL : KIND_OTHER;
        default:
            return KIND_OTHER;
    }
}

/*
 * A descriptor that came closed is filled, so that no socket or pipe of ours lands on 0, 1 or 2. Read-only, so that
 * writing to it still fails; closed on exec, so that a compiler finds it as closed as we did.
 */
static void look_at_descriptors(struct invocation *invocation) {
    for (int descriptor = 0; descriptor < 3; descriptor++) {
        invocation->kinds[descriptor] = kind_of(descriptor);
        if (invocation->kinds[descriptor] == KIND_CLOSED && open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) {
            _exit(2);
        }
    }
}

static unsigned depth_from_environment(void) {
    const char *text = getenv("CACHEPOT_DEPTH");
    return text == NULL ? 0 : (unsigned)strtoul(text, NULL, 10);
}

const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

bool is_switched_on(const char *name) {
    const char *value = getenv(name);
    return value != NULL && strcmp(value, "1") == 0;
}

bool invocation_has(const struct invocation *invocation, const char *option) {
    for (int i = 1; i < invocation->argc; i++) {
        if (strcmp(invocation->argv[i], option) == 0) {
            return true;
        }
    }
    return false;
}

void invocation_look(struct invocation *invocation, int argc, char **argv) {
    look_at_descriptors(invocation);
    invocation->argc = argc;
    invocation->argv = argv;
    invocation->masquerade = strncmp(base_name(argv[0]), "cachepot", strlen("cachepot")) != 0;
    invocation->control = !invocation->masquerade && argc > 1 && argv[1][0] == '-';
    invocation->depth = depth_from_environment();
    ssize_t length = readlink("/proc/self/exe", invocation->self, sizeof invocation->self - 1);
    invocation->self[length < 0 ? 0 : length] = '\0';
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, &invocation->sigpipe);
}
