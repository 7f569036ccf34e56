/* The search on PATH past ourselves, and the exec. */
#include "local.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "message.h"

enum { EXIT_CANNOT_RUN = 126, EXIT_NOT_THERE = 127 };

/* Links are followed, so a link to us is us. */
static bool is_self(const struct stat *candidate) {
    struct stat self;
    return stat("/proc/self/exe", &self) == 0 && self.st_dev == candidate->st_dev && self.st_ino == candidate->st_ino;
}

enum verdict { RUNNABLE, NOT_RUNNABLE, NOT_THERE };

static enum verdict judge(const char *path, bool *passed_self) {
    struct stat status;
    if (stat(path, &status) != 0) {
        return errno == EACCES ? NOT_RUNNABLE : NOT_THERE;
    }
    if (is_self(&status)) {
        *passed_self = true;
        return NOT_THERE;
    }
    return S_ISREG(status.st_mode) && access(path, X_OK) == 0 ? RUNNABLE : NOT_RUNNABLE;
}

/* An empty entry is the current directory, as everywhere. The first runnable one wins. */
static enum verdict search_path(const char *name, char found[PATH_MAX], bool *passed_self) {
    const char *entry = getenv("PATH");
    if (entry == NULL) {
        entry = "/usr/local/bin:/bin:/usr/bin";
    }
    enum verdict best = NOT_THERE;
    for (;;) {
        size_t length = strcspn(entry, ":");
        char candidate[PATH_MAX];
        int written = snprintf(candidate, sizeof candidate, "%.*s%s%s", (int)length, entry, length == 0 ? "./" : "/",
                               name);
        if (length < PATH_MAX && written > 0 && (size_t)written < sizeof candidate) {
            enum verdict verdict = judge(candidate, passed_self);
            if (verdict < best) {
                best = verdict;
                memcpy(found, candidate, (size_t)written + 1);
            }
        }
        if (best == RUNNABLE || entry[length] == '\0') {
            return best;
        }
        entry += length + 1;
    }
}

static enum verdict find_compiler(const char *name, char found[PATH_MAX], bool *passed_self) {
    if (strchr(name, '/') == NULL) {
        return name[0] == '\0' ? NOT_THERE : search_path(name, found, passed_self);
    }
    if (strlen(name) >= PATH_MAX) {
        return NOT_THERE;
    }
    strcpy(found, name);
    /* With a slash it is what the caller said, even when that is us under a compiler's name. */
    return access(name, F_OK) != 0 ? NOT_THERE : RUNNABLE;
}

_Noreturn static void refuse(enum verdict verdict, const char *name, const char *found) {
    if (verdict == NOT_RUNNABLE) {
        complain("cannot run '%s', it is not executable", found);
        exit(EXIT_CANNOT_RUN);
    }
    complain(strchr(name, '/') == NULL ? "cannot find '%s' on PATH" : "cannot find '%s'", name);
    exit(EXIT_NOT_THERE);
}

void become_compiler(const struct invocation *invocation) {
    const char *name = invocation->masquerade ? base_name(invocation->argv[0]) : invocation->argv[1];
    char found[PATH_MAX] = "";
    bool passed_self = false;
    enum verdict verdict = find_compiler(name, found, &passed_self);
    if (verdict != RUNNABLE) {
        refuse(verdict, name, found);
    }
    struct command command;
    if (!command_own(&command, found, invocation->argv + (invocation->masquerade ? 0 : 1), invocation)) {
        complain("no memory to run '%s'", found);
        exit(EXIT_CANNOT_RUN);
    }
    if (invocation->masquerade || passed_self) {
        /* Compilers look for their own parts beside argv[0]; under our name they would look beside us. */
        command.arguments[0] = found;
    }
    sigaction(SIGPIPE, &invocation->sigpipe, NULL);
    command_become(&command);
    int error = errno;
    command_free(&command);
    complain("cannot run '%s' (%s)", found, strerror(error));
    exit(error == ENOENT ? EXIT_NOT_THERE : EXIT_CANNOT_RUN);
}
