/* The detached process: session, descriptors, signals, directory. */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOTIFY_DESCRIPTOR = 3 };

/* Beside the installation of this very program, unless the user names another. */
static bool find_command(const struct invocation *invocation, char command[PATH_MAX], char reason[REASON_MAX]) {
    char wanted[PATH_MAX];
    const char *chosen = getenv("CACHEPOT_COORDINATOR_COMMAND");
    int length;
    if (chosen != NULL && chosen[0] != '\0') {
        length = snprintf(wanted, sizeof wanted, "%s", chosen);
    } else {
        int directory = (int)(base_name(invocation->self) - invocation->self);
        length = snprintf(wanted, sizeof wanted, "%.*s../lib/cachepot/launch-coordinator", directory, invocation->self);
    }
    if (length < 0 || (size_t)length >= sizeof wanted || realpath(wanted, command) == NULL) {
        snprintf(reason, REASON_MAX, "The coordinator's command %.500s cannot be run (%s)", wanted, strerror(errno));
        return false;
    }
    return true;
}

/* What belongs to one build and not to a daemon. */
static void clean_environment(void) {
    static const char *const names[] = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "CARGO_MAKEFLAGS", "CACHEPOT_DEPTH"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        unsetenv(names[i]);
    }
}

static void default_signals(void) {
    struct sigaction by_default = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) {
        sigaction(number, &by_default, NULL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_from(unsigned first) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, ~0U, 0U) == 0) {
        return;
    }
#endif
    struct rlimit limit;
    rlim_t end = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? limit.rlim_cur : 65536;
    for (rlim_t descriptor = first; descriptor < end; descriptor++) {
        close((int)descriptor);
    }
}

static void set_descriptors(int notify) {
    const char *log = getenv("CACHEPOT_ERROR_LOG");
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    int errors = log == NULL || log[0] == '\0' ? -1 : open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    dup2(errors < 0 ? nothing : errors, STDERR_FILENO);
    if (notify == NOTIFY_DESCRIPTOR) {
        fcntl(notify, F_SETFD, 0);
    } else {
        dup2(notify, NOTIFY_DESCRIPTOR);
    }
    close_from(NOTIFY_DESCRIPTOR + 1);
}

_Noreturn static void run_detached(const char *command, const struct endpoint *endpoint, int notify) {
    umask(077);
    set_descriptors(notify);
    default_signals();
    clean_environment();
    if (chdir("/") != 0) {
        _exit(127);
    }
    char descriptor[] = {'0' + NOTIFY_DESCRIPTOR, '\0'};
    char path[sizeof endpoint->address.sun_path];
    memcpy(path, endpoint->address.sun_path, sizeof path);
    char name[PATH_MAX];
    snprintf(name, sizeof name, "%s", command);
    char *arguments[] = {name, "--socket", path, "--notify-fd", descriptor, NULL};
    execv(command, arguments);
    dprintf(NOTIFY_DESCRIPTOR, "The coordinator's command %.500s cannot be run (%s)\n", command, strerror(errno));
    _exit(127);
}

bool launch_detached(struct launch *launch, const struct invocation *invocation, const struct endpoint *endpoint,
                     char reason[REASON_MAX]) {
    char command[PATH_MAX];
    if (!find_command(invocation, command, reason)) {
        return false;
    }
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        snprintf(reason, REASON_MAX, "No pipe could be made (%s)", strerror(errno));
        return false;
    }
    launch->session = fork();
    if (launch->session == 0) {
        setsid();
        pid_t second = fork();
        if (second == 0) {
            run_detached(command, endpoint, ends[1]);
        }
        _exit(second < 0 ? 1 : 0);
    }
    close(ends[1]);
    launch->notify = ends[0];
    if (launch->session < 0) {
        close(ends[0]);
        snprintf(reason, REASON_MAX, "No process could be made (%s)", strerror(errno));
        return false;
    }
    return true;
}

void launch_settle(struct launch *launch, bool ready) {
    if (!ready) {
        /* The group keeps the leader's number and the leader is not reaped yet, so the number is not another's. */
        kill(-launch->session, SIGKILL);
    }
    while (waitpid(launch->session, NULL, 0) < 0 && errno == EINTR) {
    }
}

void launch_here(const struct invocation *invocation, const struct endpoint *endpoint, char reason[REASON_MAX]) {
    char command[PATH_MAX];
    if (!find_command(invocation, command, reason)) {
        return;
    }
    char path[sizeof endpoint->address.sun_path];
    memcpy(path, endpoint->address.sun_path, sizeof path);
    char *arguments[] = {command, "--socket", path, NULL};
    sigaction(SIGPIPE, &invocation->sigpipe, NULL);
    execv(command, arguments);
    snprintf(reason, REASON_MAX, "The coordinator's command %.500s cannot be run (%s)", command, strerror(errno));
}
