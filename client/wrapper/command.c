/* Decoding a command, its environment, and executing it. */
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* Reads a count and as many strings; NULL: malformed or no memory. `spare` entries are left free at the end. */
static char **take_list(struct cursor *payload, uint32_t *count, size_t spare) {
    if (!take_u32(payload, count) || *count > payload->left / 4) {
        return NULL;
    }
    char **list = calloc(*count + spare + 1, sizeof *list);
    if (list == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < *count; i++) {
        if (!take_string(payload, &list[i])) {
            free(list);
            return NULL;
        }
    }
    return list;
}

/* True when `variable` is `NAME=...` for the name that `change` begins with. */
static bool is_same_name(const char *variable, const char *change, size_t length) {
    return strncmp(variable, change, length) == 0 && variable[length] == '=';
}

/* `NAME=value` sets, `NAME` unsets; `environment` has room for one more. */
static size_t apply_change(char **environment, size_t count, char *change) {
    size_t length = strcspn(change, "=");
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_same_name(environment[i], change, length)) {
            environment[kept++] = environment[i];
        }
    }
    if (change[length] == '=') {
        environment[kept++] = change;
    }
    environment[kept] = NULL;
    return kept;
}

static size_t count_of(char *const *list) {
    size_t count = 0;
    while (list[count] != NULL) {
        count++;
    }
    return count;
}

/* Our own environment, changed; and one more level of depth, so that a copy of us under a compiler's name is noticed. */
static bool make_environment(struct command *command, char **changes, size_t changes_count,
                             const struct invocation *invocation) {
    size_t count = count_of(environ);
    command->environment = calloc(count + changes_count + 2, sizeof *command->environment);
    if (command->environment == NULL) {
        return false;
    }
    memcpy(command->environment, environ, count * sizeof *environ);
    for (size_t i = 0; i < changes_count; i++) {
        count = apply_change(command->environment, count, changes[i]);
    }
    snprintf(command->depth, sizeof command->depth, "CACHEPOT_DEPTH=%u", invocation->depth + 1);
    apply_change(command->environment, count, command->depth);
    return true;
}

bool command_decode(struct command *command, struct cursor *payload, const struct invocation *invocation) {
    uint32_t arguments_count;
    uint32_t changes_count;
    if (!take_string(payload, &command->path) || command->path[0] == '\0') {
        return false;
    }
    command->arguments = take_list(payload, &arguments_count, 0);
    char **changes = command->arguments == NULL ? NULL : take_list(payload, &changes_count, 0);
    bool decoded = changes != NULL && arguments_count > 0 && payload->left == 0
                   && make_environment(command, changes, changes_count, invocation);
    free(changes);
    if (!decoded) {
        free(command->arguments);
    }
    return decoded;
}

bool command_own(struct command *command, char *path, char **arguments, const struct invocation *invocation) {
    command->path = path;
    size_t count = count_of(arguments);
    command->arguments = calloc(count + 1, sizeof *arguments);
    if (command->arguments == NULL) {
        return false;
    }
    memcpy(command->arguments, arguments, count * sizeof *arguments);
    if (!make_environment(command, NULL, 0, invocation)) {
        free(command->arguments);
        return false;
    }
    return true;
}

void command_free(struct command *command) {
    free(command->arguments);
    free(command->environment);
}

/* A script without `#!` is the shell's, as for execvp: make and the shell would have run it as well. */
static void become_script(const struct command *command) {
    size_t count = count_of(command->arguments);
    char **arguments = calloc(count + 2, sizeof *arguments);
    if (arguments == NULL) {
        return;
    }
    arguments[0] = "/bin/sh";
    arguments[1] = command->path;
    if (count > 1) {
        memcpy(arguments + 2, command->arguments + 1, (count - 1) * sizeof *arguments);
    }
    execve("/bin/sh", arguments, command->environment);
    int error = errno;
    free(arguments);
    errno = error;
}

void command_become(const struct command *command) {
    execve(command->path, command->arguments, command->environment);
    if (errno == ENOEXEC) {
        become_script(command);
    }
}
