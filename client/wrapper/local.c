/* Doing without the coordinator: finds the command that we stand for, and becomes it. */
#include "wrapper.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Two cachepots on one PATH would hand a compile to each other for ever. */
enum { DEPTH_MAX = 10 };

static const char DEPTH[] = "CACHEPOT_DEPTH";

static bool is_self(const struct stat *status)
{
    struct stat own;
    return stat("/proc/self/exe", &own) == 0 && own.st_dev == status->st_dev &&
           own.st_ino == status->st_ino;
}

/* Whether there is a program at path that is not us; notes one that may not be executed. */
static bool is_program(const char *path, bool *is_forbidden)
{
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || is_self(&status))
        return false;
    if (access(path, X_OK) != 0) {
        *is_forbidden = true;
        return false;
    }
    return true;
}

/* Looks for name as execvp does; an empty directory name on PATH is the current one. */
static bool find(const char *name, char *found, size_t size, bool *is_forbidden)
{
    const char *path = getenv("PATH");
    if (path == NULL)
        path = "/bin:/usr/bin";
    for (;;) {
        size_t length = strcspn(path, ":");
        int written = snprintf(found, size, "%.*s%s%s", (int)length, path,
                               length > 0 ? "/" : "./", name);
        if (written > 0 && (size_t)written < size && is_program(found, is_forbidden))
            return true;
        if (path[length] == 0)
            return false;
        path += length + 1;
    }
}

static void deepen(void)
{
    const char *text = getenv(DEPTH);
    long depth = text == NULL ? 0 : strtol(text, NULL, 10);
    if (depth >= DEPTH_MAX) {
        say("cachepot: error: cachepot ran itself %d times in a row; take all but one of its "
            "directories off PATH",
            DEPTH_MAX);
        _exit(EXIT_TROUBLE);
    }
    char next[24];
    snprintf(next, sizeof next, "%ld", depth + 1);
    setenv(DEPTH, next, 1);
}

/* `cachepot cachepot gcc` is `cachepot gcc`; `cachepot dir/gcc`, itself a cachepot, is `gcc`. */
static char **skip_ourselves(char **argv, const char **name)
{
    for (; argv[0] != NULL; argv++) {
        struct stat status;
        const char *slash = strrchr(argv[0], '/');
        *name = argv[0];
        if (slash == NULL || stat(argv[0], &status) != 0 || !is_self(&status)) {
            if (strcmp(argv[0], "cachepot") != 0)
                return argv;
        } else if (strcmp(slash + 1, "cachepot") != 0) {
            *name = slash + 1;
            return argv;
        }
    }
    return argv;
}

_Noreturn void run_it_myself(const struct invocation *invocation)
{
    char **argv = invocation->argv;
    const char *name = invocation->name;
    if (invocation->is_masquerade)
        deepen();
    else
        argv = skip_ourselves(argv + 1, &name);
    if (argv[0] == NULL) {
        say("cachepot: error: no compiler is named; expected 'cachepot COMPILER ARGUMENT...'");
        _exit(EXIT_TROUBLE);
    }

    char found[PATH_MAX];
    bool is_forbidden = false;
    bool is_found;
    if (strchr(name, '/') != NULL) {
        int length = snprintf(found, sizeof found, "%s", name);
        is_found = length > 0 && (size_t)length < sizeof found && is_program(found, &is_forbidden);
    } else {
        is_found = find(name, found, sizeof found, &is_forbidden);
    }
    if (!is_found) {
        if (is_forbidden)
            say("cachepot: error: '%s' may not be executed; expected a program", name);
        else
            say("cachepot: error: cannot find '%s' on PATH", name);
        _exit(is_forbidden ? EXIT_NOT_EXECUTABLE : EXIT_NOT_FOUND);
    }
    execv(found, argv);
    if (errno == ENOEXEC) { /* a script without #!, which execvp gives to the shell */
        size_t count = 0;
        while (argv[count] != NULL)
            count++;
        char **shell = allocate((count + 2) * sizeof *shell);
        shell[0] = (char *)(uintptr_t)"/bin/sh";
        shell[1] = found;
        memcpy(shell + 2, argv + 1, count * sizeof *shell);
        execv(shell[0], shell);
    }
    say("cachepot: error: cannot execute '%s': %s", found, strerror(errno));
    _exit(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE);
}
