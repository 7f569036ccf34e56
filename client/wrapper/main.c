/*
 * cachepot, the command in front of a compiler: tells the coordinator what was asked and does what
 * it says. Whatever goes wrong, the compile is done all the same.
 */
#include "wrapper.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef CACHEPOT_VERSION
#define CACHEPOT_VERSION "development"
#endif

static const char LOST[] = "The coordinator looks like it shut down unexpectedly";

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && strcmp(value, "1") == 0;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static bool is_flag(const struct invocation *invocation)
{
    return !invocation->is_masquerade && invocation->argv[1][0] == '-';
}

static bool asks(const struct invocation *invocation, const char *flag)
{
    return is_flag(invocation) && strcmp(invocation->argv[1], flag) == 0;
}

/* Nobody tells us what to do: a compile is done here, a question can not be answered. */
static _Noreturn void do_without(const struct invocation *invocation, const char *reason)
{
    if (is_flag(invocation)) {
        say("cachepot: error: couldn't connect to server");
        say("cachepot: caused by: %s", reason);
        _exit(EXIT_TROUBLE);
    }
    say("cachepot: warning: %s, compiling locally instead", reason);
    run_it_myself(invocation);
}

static _Noreturn void do_without_old(const struct invocation *invocation, struct reader *reader)
{
    reader_u16(reader);
    reader_u16(reader);
    const char *message = reader_string(reader);
    do_without(invocation, message == NULL ? LOST : message);
}

static void show(struct reader *reader)
{
    uint32_t stream = reader_u8(reader);
    if (!reader->is_bad && (stream == STDOUT_FILENO || stream == STDERR_FILENO))
        write_all((int)stream, reader->at, (size_t)(reader->end - reader->at));
}

static _Noreturn void leave(const struct invocation *invocation, struct reader *reader)
{
    uint32_t kind = reader_u8(reader);
    uint32_t value = reader_u32(reader);
    if (reader->is_bad || kind > 1)
        do_without(invocation, LOST);
    if (kind == 1)
        die_of((int)value);
    _exit((int)value);
}

static _Noreturn void become_or_do_without(const struct invocation *invocation,
                                           struct reader *reader)
{
    struct command command;
    if (reader->at == reader->end)
        run_it_myself(invocation);
    if (!read_command(reader, &command))
        do_without(invocation, LOST);
    become(&command);
    say("cachepot: warning: cannot execute '%s': %s", command.path, strerror(errno));
    run_it_myself(invocation);
}

static void run(const struct invocation *invocation, int socket, struct reader *reader)
{
    struct command command;
    if (!read_command(reader, &command) || !run_command(socket, &command))
        do_without(invocation, LOST);
    free(command.argv);
    free(command.changes);
}

static _Noreturn void obey(const struct invocation *invocation, int socket)
{
    struct frame frame = {0};
    while (frame_read(socket, &frame)) {
        struct reader reader = {.at = frame.payload, .end = frame.payload + frame.size};
        switch (frame.type) {
        case 'R':
            run(invocation, socket, &reader);
            break;
        case 'W':
            show(&reader);
            break;
        case 'Q':
            leave(invocation, &reader);
        case 'X':
            become_or_do_without(invocation, &reader);
        case 'V':
            do_without_old(invocation, &reader);
        default:
            do_without(invocation, LOST);
        }
    }
    do_without(invocation, LOST);
}

static void find_ourselves(struct invocation *invocation)
{
    ssize_t size = readlink("/proc/self/exe", invocation->self, sizeof invocation->self - 1);
    invocation->self[size > 0 ? size : 0] = 0;
    if (size <= 0)
        strcpy(invocation->self, "/");
    invocation->name = base_name(invocation->argv[0]);
    invocation->is_masquerade = strncmp(invocation->name, "cachepot", strlen("cachepot")) != 0;
}

/* What needs no coordinator, or must not start one. */
static void answer_ourselves(const struct invocation *invocation)
{
    if (!invocation->is_masquerade && invocation->argc < 2) {
        static const char text[] = "cachepot: No compile command\n\n";
        write_all(STDOUT_FILENO, text, sizeof text - 1);
        _exit(1);
    }
    if (asks(invocation, "--version") || asks(invocation, "-V")) {
        static const char text[] = "cachepot " CACHEPOT_VERSION "\n";
        write_all(STDOUT_FILENO, text, sizeof text - 1);
        _exit(0);
    }
    if (asks(invocation, "--start-coordinator") && is_set("CACHEPOT_NO_DAEMON")) {
        const char *reason = become_coordinator(invocation);
        say("cachepot: error: %s", reason);
        _exit(EXIT_TROUBLE);
    }
    if (!is_flag(invocation) && is_set("CACHEPOT_DISABLE"))
        run_it_myself(invocation);
}

int main(int argc, char **argv)
{
    struct invocation invocation = {.argc = argc, .argv = argv};
    if (argc < 1)
        return EXIT_TROUBLE;
    find_ourselves(&invocation);
    answer_ourselves(&invocation);

    bool has_started = false;
    const char *reason = NULL;
    bool may_start = !asks(&invocation, "--stop-coordinator");
    int socket = connect_coordinator(&invocation, may_start, &has_started, &reason);
    if (socket < 0)
        do_without(&invocation, reason);
    if (!send_request(socket, &invocation, has_started))
        do_without(&invocation, LOST);
    obey(&invocation, socket);
}
