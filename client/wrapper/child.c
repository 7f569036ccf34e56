/*
 * Runs a program as our child: its output captured, forwarded or inherited, its end reported, and
 * nothing of it left behind when the user presses Ctrl-C.
 */
#include "wrapper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK_BYTES = 1 << 16, STREAMS = 2 };
enum ending { EXITED = 0, SIGNALED = 1, NOT_STARTED = 2 };

/* Those that end a program; passed on, so that a compiler can remove its half-written object. */
static const int PASSED_ON[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
enum { PASSED_ON_COUNT = sizeof PASSED_ON / sizeof PASSED_ON[0] };

static volatile sig_atomic_t caught_signal;
static volatile sig_atomic_t child_pid;

static void pass_on(int signal_number)
{
    int saved = errno;
    caught_signal = signal_number;
    if (child_pid > 0)
        kill((pid_t)child_pid, signal_number);
    errno = saved;
}

static void notice_child(int signal_number)
{
    (void)signal_number; /* its arrival ends ppoll, which is all it is for */
}

/* One captured stream of the child. */
struct stream {
    int fd;      /* read end, -1 when not captured or at its end */
    int own;     /* our own descriptor of that stream */
    char type;   /* of the frames that carry it */
    bool is_forwarded;
    /* Captured and not forwarded, kept for the day on which the coordinator dies (final run). */
    char *kept;
    size_t kept_size;
};

struct run {
    int socket;          /* -1 once the coordinator is lost */
    bool is_final;
    struct stream streams[STREAMS];
    sigset_t unblocked;  /* the mask that we were started with */
    struct sigaction old_actions[PASSED_ON_COUNT];
    struct sigaction old_child_action;
};

static uint64_t now_micros(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

bool read_command(struct reader *reader, struct command *command)
{
    size_t count;
    command->flags = reader_u32(reader);
    command->path = reader_string(reader);
    command->argv = reader_strings(reader, &count);
    bool has_name = count > 0;
    command->changes = reader_strings(reader, &count);
    return !reader->is_bad && has_name && reader->at == reader->end;
}

static void change_environment(char **changes)
{
    for (; *changes != NULL; changes++) {
        if (strchr(*changes, '=') != NULL)
            putenv(*changes);
        else
            unsetenv(*changes);
    }
}

void become(const struct command *command)
{
    change_environment(command->changes);
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    execv(command->path, command->argv);
}

_Noreturn void die_of(int signal_number)
{
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    signal(signal_number, SIG_DFL);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, signal_number);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    kill(getpid(), signal_number);
    _exit(128 + signal_number);
}

/* In the child, until it is the program; tells why it could not become it. */
static _Noreturn void start(const struct run *run, const struct command *command,
                            const int ends[STREAMS], int failure, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(EXIT_NOT_FOUND);
    for (int i = 0; i < STREAMS; i++) {
        if (ends[i] >= 0)
            dup2(ends[i], run->streams[i].own);
    }
    if ((command->flags & RUN_STDIN_NULL) != 0) {
        int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (null >= 0)
            dup2(null, STDIN_FILENO);
    }
    for (int i = 0; i < PASSED_ON_COUNT; i++)
        sigaction(PASSED_ON[i], &run->old_actions[i], NULL);
    sigaction(SIGCHLD, &run->old_child_action, NULL);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &run->unblocked, NULL);
    change_environment(command->changes);
    execv(command->path, command->argv);
    int reason = errno;
    (void)!write(failure, &reason, sizeof reason);
    _exit(EXIT_NOT_FOUND);
}

static void keep(struct stream *stream, const char *bytes, size_t size)
{
    char *longer = realloc(stream->kept, stream->kept_size + size);
    if (longer == NULL)
        return; /* the stream is lost only if the coordinator dies as well */
    memcpy(longer + stream->kept_size, bytes, size);
    stream->kept = longer;
    stream->kept_size += size;
}

/* The coordinator is gone: what it has not passed on yet is ours to show. */
static void lose(struct run *run)
{
    run->socket = -1;
    for (int i = 0; run->is_final && i < STREAMS; i++) {
        struct stream *stream = &run->streams[i];
        write_all(stream->own, stream->kept, stream->kept_size);
        free(stream->kept);
        stream->kept = NULL;
        stream->kept_size = 0;
        stream->is_forwarded = true;
    }
}

/* Moves what is there. False when there is nothing now. */
static bool pump(struct run *run, struct stream *stream)
{
    char bytes[CHUNK_BYTES];
    ssize_t got = read(stream->fd, bytes, sizeof bytes);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (got <= 0) {
        close(stream->fd);
        stream->fd = -1;
        return false;
    }
    size_t size = (size_t)got;
    if (stream->is_forwarded)
        write_all(stream->own, bytes, size);
    else if (run->is_final)
        keep(stream, bytes, size);
    if (run->socket >= 0 && !frame_send(run->socket, stream->type, bytes, size))
        lose(run);
    return true;
}

/* Kills whatever the child left behind; they are ours, for we are a subreaper. */
static void sweep(void)
{
    char name[64];
    snprintf(name, sizeof name, "/proc/self/task/%d/children", (int)getpid());
    for (int attempt = 0; attempt < 1000; attempt++) {
        int list = open(name, O_RDONLY | O_CLOEXEC);
        char pids[4096];
        ssize_t size = list < 0 ? 0 : read(list, pids, sizeof pids - 1);
        if (list >= 0)
            close(list);
        if (size <= 0)
            return;
        pids[size] = 0;
        char *at = pids;
        for (long pid = strtol(at, &at, 10); pid > 0; pid = strtol(at, &at, 10))
            kill((pid_t)pid, SIGKILL);
        while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
            continue;
    }
}

/* Waits for the child's end and moves its output meanwhile. False: coordinator lost, child ended. */
static bool attend(struct run *run, pid_t pid, int *status, struct rusage *usage)
{
    bool is_interrupted = false;
    uint64_t deadline = 0;
    for (;;) {
        pid_t ended = wait4(pid, status, WNOHANG, usage);
        if (ended == pid)
            return true;
        if (caught_signal != 0 && !is_interrupted) {
            is_interrupted = true;
            deadline = now_micros() + GRACE_MILLIS * 1000;
            kill(pid, (int)caught_signal); /* it may have come before the pid was known */
        }
        if (is_interrupted && now_micros() >= deadline) {
            kill(pid, SIGKILL);
            deadline = UINT64_MAX;
        }
        struct pollfd watched[STREAMS + 1];
        for (int i = 0; i < STREAMS; i++)
            watched[i] = (struct pollfd){.fd = run->streams[i].fd, .events = POLLIN};
        /* The coordinator has nothing to say now: anything that comes is its end. */
        watched[STREAMS] = (struct pollfd){.fd = run->socket, .events = POLLIN | POLLRDHUP};
        struct timespec step = {.tv_sec = 0, .tv_nsec = 50 * 1000 * 1000};
        int ready = ppoll(watched, STREAMS + 1, is_interrupted ? &step : NULL, &run->unblocked);
        if (ready <= 0)
            continue;
        for (int i = 0; i < STREAMS; i++) {
            if (watched[i].revents != 0)
                pump(run, &run->streams[i]);
        }
        if (run->socket >= 0 && watched[STREAMS].revents != 0) {
            lose(run);
            if (!run->is_final)
                kill(pid, SIGTERM);
        }
    }
}

/* What is still in the pipes; a grandchild that holds them open must not hold us. */
static void drain(struct run *run)
{
    for (int i = 0; i < STREAMS; i++) {
        struct stream *stream = &run->streams[i];
        if (stream->fd < 0)
            continue;
        fcntl(stream->fd, F_SETFL, O_NONBLOCK);
        while (stream->fd >= 0 && pump(run, stream))
            continue;
        if (stream->fd >= 0)
            close(stream->fd);
        stream->fd = -1;
    }
}

static bool report(const struct run *run, enum ending ending, int value,
                   const struct rusage *usage, uint64_t wall)
{
    unsigned char payload[1 + 4 + 4 * 8];
    payload[0] = (unsigned char)ending;
    put_u32(payload + 1, (uint32_t)value);
    put_u64(payload + 5, (uint64_t)usage->ru_utime.tv_sec * 1000000 +
                             (uint64_t)usage->ru_utime.tv_usec);
    put_u64(payload + 13, (uint64_t)usage->ru_stime.tv_sec * 1000000 +
                              (uint64_t)usage->ru_stime.tv_usec);
    put_u64(payload + 21, (uint64_t)usage->ru_maxrss);
    put_u64(payload + 29, wall);
    return frame_send(run->socket, 'D', payload, sizeof payload);
}

static void catch_signals(struct run *run)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    for (int i = 0; i < PASSED_ON_COUNT; i++)
        sigaddset(&blocked, PASSED_ON[i]);
    sigprocmask(SIG_BLOCK, &blocked, &run->unblocked);
    for (int i = 0; i < PASSED_ON_COUNT; i++) {
        sigaction(PASSED_ON[i], NULL, &run->old_actions[i]);
        /* Under nohup, SIGHUP is ignored, and stays so. */
        if (run->old_actions[i].sa_handler != SIG_IGN)
            sigaction(PASSED_ON[i], &(struct sigaction){.sa_handler = pass_on}, NULL);
    }
    sigaction(SIGCHLD, &(struct sigaction){.sa_handler = notice_child}, &run->old_child_action);
}

static void release_signals(const struct run *run)
{
    for (int i = 0; i < PASSED_ON_COUNT; i++)
        sigaction(PASSED_ON[i], &run->old_actions[i], NULL);
    sigaction(SIGCHLD, &run->old_child_action, NULL);
    sigprocmask(SIG_SETMASK, &run->unblocked, NULL);
}

/* Ends us as the run ended, when nobody is left to tell us how. */
static _Noreturn void end_like(enum ending ending, int value)
{
    if (ending == SIGNALED)
        die_of(value);
    _exit(value);
}

/* The errno with which the program could not be started; 0 when it was. */
static int start_failure(int fd)
{
    int reason = 0;
    if (!read_all(fd, &reason, sizeof reason))
        reason = 0;
    close(fd);
    return reason;
}

bool run_command(int socket, const struct command *command)
{
    struct run run = {.socket = socket, .is_final = (command->flags & RUN_FINAL) != 0};
    int ends[STREAMS] = {-1, -1};
    int failure[2];
    if (pipe2(failure, O_CLOEXEC) != 0)
        return false;
    for (int i = 0; i < STREAMS; i++) {
        bool is_captured = (command->flags & (i == 0 ? RUN_CAPTURE_STDOUT : RUN_CAPTURE_STDERR)) != 0;
        int pipe_ends[2] = {-1, -1};
        if (is_captured && pipe2(pipe_ends, O_CLOEXEC) != 0)
            return false;
        ends[i] = pipe_ends[1];
        run.streams[i] = (struct stream){.fd = pipe_ends[0],
                                         .own = i == 0 ? STDOUT_FILENO : STDERR_FILENO,
                                         .type = i == 0 ? 'O' : 'E',
                                         .is_forwarded = (command->flags & RUN_FORWARD) != 0};
    }
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    caught_signal = 0;
    catch_signals(&run);
    uint64_t begun = now_micros();
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        start(&run, command, ends, failure[1], parent);
    int fork_error = pid < 0 ? errno : 0;
    child_pid = pid;
    close(failure[1]);
    for (int i = 0; i < STREAMS; i++) {
        if (ends[i] >= 0)
            close(ends[i]);
    }
    int reason = pid < 0 ? fork_error : start_failure(failure[0]);

    int status = 0;
    struct rusage usage = {0};
    if (pid > 0) {
        attend(&run, pid, &status, &usage);
        child_pid = 0;
        drain(&run);
    }
    if (caught_signal != 0) {
        sweep();
        die_of((int)caught_signal);
    }
    release_signals(&run);

    enum ending ending = reason != 0 ? NOT_STARTED : WIFSIGNALED(status) ? SIGNALED : EXITED;
    int value = reason != 0          ? reason
                : ending == SIGNALED ? WTERMSIG(status)
                                     : WEXITSTATUS(status);
    bool is_told = run.socket >= 0 && report(&run, ending, value, &usage, now_micros() - begun);
    if (!is_told && run.is_final && ending != NOT_STARTED) {
        lose(&run);
        end_like(ending, value);
    }
    for (int i = 0; i < STREAMS; i++)
        free(run.streams[i].kept);
    return is_told;
}
