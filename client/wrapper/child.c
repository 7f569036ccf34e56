/* fork, descriptors, exec; and the descriptor that signals arrive on. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"

/* What somebody ignores on purpose (nohup) or holds back stays so. */
static void add_unless_ignored(sigset_t *set, int number, const sigset_t *before) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_IGN && sigismember(before, number) == 0) {
        sigaddset(set, number);
    }
}

bool signals_hold(struct signals *signals) {
    struct sigaction by_default = {.sa_handler = SIG_DFL};
    sigaction(SIGCHLD, &by_default, &signals->child_before);
    sigprocmask(SIG_BLOCK, NULL, &signals->before);
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGCHLD);
    add_unless_ignored(&held, SIGINT, &signals->before);
    add_unless_ignored(&held, SIGTERM, &signals->before);
    add_unless_ignored(&held, SIGHUP, &signals->before);
    add_unless_ignored(&held, SIGQUIT, &signals->before);
    sigprocmask(SIG_BLOCK, &held, NULL);
    signals->descriptor = signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals->descriptor < 0) {
        signals_release(signals);
        return false;
    }
    return true;
}

void signals_release(struct signals *signals) {
    if (signals->descriptor >= 0) {
        close(signals->descriptor);
    }
    sigaction(SIGCHLD, &signals->child_before, NULL);
    sigprocmask(SIG_SETMASK, &signals->before, NULL);
}

struct pipes {
    int captured[2][2]; /* stdout and stderr; read end, write end; or -1 */
    int error[2];       /* closed by exec, or carries the errno of why not */
};

static void close_if_open(int *descriptor) {
    if (*descriptor >= 0) {
        close(*descriptor);
        *descriptor = -1;
    }
}

static void close_pipes(struct pipes *pipes) {
    for (int end = 0; end < 2; end++) {
        close_if_open(&pipes->captured[0][end]);
        close_if_open(&pipes->captured[1][end]);
        close_if_open(&pipes->error[end]);
    }
}

static bool make_pipes(struct pipes *pipes, unsigned flags) {
    *pipes = (struct pipes){.captured = {{-1, -1}, {-1, -1}}, .error = {-1, -1}};
    bool made = pipe2(pipes->error, O_CLOEXEC) == 0
                && ((flags & RUN_CAPTURE_STDOUT) == 0 || pipe2(pipes->captured[0], O_CLOEXEC) == 0)
                && ((flags & RUN_CAPTURE_STDERR) == 0 || pipe2(pipes->captured[1], O_CLOEXEC) == 0);
    for (int stream = 0; made && stream < 2; stream++) {
        /* Only our end: a compiler does not expect a pipe that says "again". */
        made = pipes->captured[stream][0] < 0 || fcntl(pipes->captured[stream][0], F_SETFL, O_NONBLOCK) == 0;
    }
    if (!made) {
        int error = errno;
        close_pipes(pipes);
        errno = error;
    }
    return made;
}

_Noreturn static void be_child(const struct command *command, unsigned flags, struct pipes *pipes, pid_t parent,
                               const struct signals *signals, const struct sigaction *sigpipe) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) {
        /* The wrapper died before the line above. */
        _exit(127);
    }
    if (pipes->captured[0][1] >= 0) {
        dup2(pipes->captured[0][1], STDOUT_FILENO);
    }
    if (pipes->captured[1][1] >= 0) {
        dup2(pipes->captured[1][1], STDERR_FILENO);
    }
    if ((flags & RUN_STDIN_NULL) != 0) {
        dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
    }
    sigaction(SIGPIPE, sigpipe, NULL);
    sigaction(SIGCHLD, &signals->child_before, NULL);
    sigprocmask(SIG_SETMASK, &signals->before, NULL);
    command_become(command);
    int error = errno;
    ssize_t ignored = write(pipes->error[1], &error, sizeof error);
    (void)ignored;
    _exit(127);
}

/* 0 when exec went well, else why not. */
static int await_exec(int descriptor) {
    int error = 0;
    ssize_t got;
    do {
        got = read(descriptor, &error, sizeof error);
    } while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof error ? error : 0;
}

int child_start(struct child *child, const struct command *command, unsigned flags, const struct signals *signals,
                const struct sigaction *sigpipe) {
    struct pipes pipes;
    if (!make_pipes(&pipes, flags)) {
        return errno;
    }
    pid_t parent = getpid();
    child->id = fork();
    if (child->id == 0) {
        be_child(command, flags, &pipes, parent, signals, sigpipe);
    }
    int error = child->id < 0 ? errno : 0;
    close_if_open(&pipes.error[1]);
    if (error == 0) {
        error = await_exec(pipes.error[0]);
    }
    if (error != 0) {
        close_pipes(&pipes);
        while (child->id > 0 && waitpid(child->id, NULL, 0) < 0 && errno == EINTR) {
        }
        return error;
    }
    for (int stream = 0; stream < 2; stream++) {
        child->outputs[stream] = pipes.captured[stream][0];
        pipes.captured[stream][0] = -1;
    }
    close_pipes(&pipes);
    return 0;
}
