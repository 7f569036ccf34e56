/*
 * cachepot, the command that a build calls. It asks the coordinator what to do and does it; whatever is wrong with the
 * coordinator, the compile that was asked for is done all the same. docs/WRAPPER_PROTOCOL.md is the whole contract.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "endpoint.h"
#include "frame.h"
#include "invocation.h"
#include "local.h"
#include "message.h"
#include "request.h"
#include "session.h"
#include "start.h"

/* More cachepots than this above each other are one that runs itself. */
enum { DEPTH_MAX = 10 };

static void print(const char *text) {
    struct output out = {.descriptor = STDOUT_FILENO};
    output_write(&out, (const unsigned char *)text, strlen(text));
}

/* What needs no coordinator. */
static void answer_alone(const struct invocation *invocation) {
    if (invocation->masquerade) {
        return;
    }
    if (invocation->argc < 2) {
        print("cachepot: No compile command\n\n");
        exit(1);
    }
    if (strcmp(invocation->argv[1], "--version") == 0 || strcmp(invocation->argv[1], "-V") == 0) {
        print("cachepot " CACHEPOT_VERSION "\n");
        exit(0);
    }
}

static void refuse_to_go_round(const struct invocation *invocation) {
    if (invocation->depth > DEPTH_MAX) {
        complain("cachepot has run itself %u times in a row, the compiler '%.300s' is a copy of cachepot; name the real"
                 " compiler or take the copy out of PATH",
                 invocation->depth,
                 invocation->masquerade || invocation->argc < 2 ? invocation->argv[0] : invocation->argv[1]);
        exit(2);
    }
}

/* Connects, starting a coordinator if there is none and one is wanted. False: the reason is set. */
static bool reach(const struct invocation *invocation, const struct endpoint *endpoint, int *socket, bool *started,
                  char reason[REASON_MAX]) {
    switch (endpoint_connect(endpoint, socket, reason)) {
        case REACHED:
            return true;
        case UNREACHABLE:
            return false;
        default:
            break;
    }
    if (invocation->control && invocation_has(invocation, "--stop-coordinator")) {
        complain("couldn't connect to server");
        exit(2);
    }
    return start_coordinator(invocation, endpoint, socket, started, reason);
}

_Noreturn static void do_without(const struct invocation *invocation, const char *reason) {
    if (invocation->control && invocation_has(invocation, "--doctor")) {
        diagnose_no_coordinator(reason);
    }
    if (invocation->control) {
        fail_without_coordinator(reason);
    }
    warn_local(reason);
    become_compiler(invocation);
}

static void talk(const struct invocation *invocation, int socket, bool started) {
    /* Not on the stack: 64 KiB of it are only touched where bytes arrive. */
    static struct peer peer;
    peer_open(&peer, socket);
    struct session session = {
        .invocation = invocation,
        .peer = &peer,
        .outputs = {{.descriptor = STDOUT_FILENO}, {.descriptor = STDERR_FILENO}},
    };
    if (request_send(invocation, &peer, started)) {
        session_obey(&session);
    }
    do_without(invocation, peer.trouble);
}

/* The limit is this process' and its children's; the coordinator would write a larger file, and the compiler must not. */
static bool is_file_size_limited(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

int main(int argc, char **argv) {
    if (argc < 1) {
        return 2;
    }
    struct invocation invocation;
    invocation_look(&invocation, argc, argv);
    answer_alone(&invocation);
    refuse_to_go_round(&invocation);
    if (!invocation.control && (is_switched_on("CACHEPOT_DISABLE") || is_file_size_limited())) {
        become_compiler(&invocation);
    }
    struct endpoint endpoint;
    char reason[REASON_MAX];
    if (!endpoint_find(&endpoint, reason)) {
        do_without(&invocation, reason);
    }
    if (invocation.control && is_switched_on("CACHEPOT_NO_DAEMON") && invocation_has(&invocation, "--start-coordinator")) {
        become_coordinator(&invocation, &endpoint, reason);
        do_without(&invocation, reason);
    }
    int socket;
    bool started = false;
    if (!reach(&invocation, &endpoint, &socket, &started, reason)) {
        do_without(&invocation, reason);
    }
    talk(&invocation, socket, started);
}
