/* Lines on stderr, and the ways out. */
#include "message.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "invocation.h"

void warn_local(const char *reason) {
    dprintf(STDERR_FILENO, "cachepot: warning: %s, compiling locally instead\n", reason);
}

void complain(const char *format, ...) {
    char text[REASON_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    dprintf(STDERR_FILENO, "cachepot: error: %s\n", text);
}

void fail_without_coordinator(const char *reason) {
    dprintf(STDERR_FILENO, "cachepot: error: couldn't connect to server\ncachepot: caused by: %s\n", reason);
    exit(2);
}

void diagnose_no_coordinator(const char *reason) {
    dprintf(STDOUT_FILENO,
            "fail  coordinator    cannot be started or reached: %s\n"
            "                     fix: mend that; until then compiles run uncached.\n"
            "                     CACHEPOT_ERROR_LOG=FILE CACHEPOT_LOG=debug says more\n",
            reason);
    exit(1);
}

void die_of_signal(int signal) {
    /* The limit stops a core file, the other one also a handler of core files that reads from a pipe. */
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
    struct sigaction by_default = {.sa_handler = SIG_DFL};
    sigaction(signal, &by_default, NULL);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, signal);
    kill(getpid(), signal);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    /* Still here: not a signal that ends a process. */
    _exit(128 + (signal & 0x7f));
}

void end_like(int wait_status) {
    if (WIFSIGNALED(wait_status)) {
        die_of_signal(WTERMSIG(wait_status));
    }
    exit(WEXITSTATUS(wait_status));
}
