/*
 * Reaching the coordinator: its socket in a directory that only we can enter, and, when nobody
 * listens there, starting one. A lock makes it one, however many of us start at once.
 */
#include "wrapper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char DEFAULT_PORT[] = "4226"; /* only a name here; it was a TCP port once */

static char reason_text[4600];

static const char *because(const char *format, const char *what, const char *why)
{
    /* The format is one of ours, written below. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(reason_text, sizeof reason_text, format, what, why);
#pragma GCC diagnostic pop
    return reason_text;
}

/* Whether path is a directory that nobody else can enter, made if it is not there. */
static bool is_private(const char *path, const char **reason)
{
    struct stat status;
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        *reason = because("cannot make directory %s: %s", path, strerror(errno));
        return false;
    }
    if (lstat(path, &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != getuid() ||
        (status.st_mode & 077) != 0) {
        *reason = because("%s is not a directory of mode 0700 that belongs to %s; remove it", path,
                          "this user");
        return false;
    }
    return true;
}

static bool runtime_directory(char *path, size_t size)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    struct stat status;
    if (runtime == NULL || runtime[0] != '/' || stat(runtime, &status) != 0 ||
        !S_ISDIR(status.st_mode) || status.st_uid != getuid())
        return false;
    int length = snprintf(path, size, "%s/cachepot", runtime);
    return length > 0 && (size_t)length < size;
}

static bool socket_path(char *path, size_t size, const char **reason)
{
    const char *given = getenv("CACHEPOT_COORDINATOR_SOCKET");
    const char *port = getenv("CACHEPOT_COORDINATOR_PORT");
    char directory[PATH_MAX];
    int length;
    if (given != NULL && given[0] != 0) {
        length = snprintf(path, size, "%s", given);
    } else {
        if (!runtime_directory(directory, sizeof directory))
            snprintf(directory, sizeof directory, "/tmp/cachepot-%u", (unsigned)getuid());
        if (!is_private(directory, reason))
            return false;
        if (port == NULL || port[0] == 0 || strchr(port, '/') != NULL)
            port = DEFAULT_PORT;
        length = snprintf(path, size, "%s/coordinator-%s.sock", directory, port);
    }
    if (length <= 0 || (size_t)length >= size) {
        *reason = because("the path of the coordinator's socket is too long: %s%s", path, "...");
        return false;
    }
    return true;
}

static int try_connect(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
        (peer.uid == getuid() || peer.uid == geteuid()))
        return fd;
    close(fd);
    return -1;
}

/* The program that starts a coordinator. */
static void launcher(const struct invocation *invocation, char *path, size_t size)
{
    const char *given = getenv("CACHEPOT_COORDINATOR_COMMAND");
    if (given != NULL && given[0] != 0) {
        snprintf(path, size, "%s", given);
        return;
    }
    int directory = (int)(strrchr(invocation->self, '/') - invocation->self);
    snprintf(path, size, "%.*s/../lib/cachepot/launch-coordinator", directory, invocation->self);
}

/* In the process that becomes the coordinator: nothing of the build's goes with it. */
static _Noreturn void launch(const char *program, const char *socket, int notify)
{
    char number[16];
    struct rlimit files;
    const char *log = getenv("CACHEPOT_ERROR_LOG");
    int null = open("/dev/null", O_RDWR);
    int err = log != NULL && log[0] != 0
                  ? open(log, O_WRONLY | O_CREAT | O_APPEND, 0600)
                  : -1;
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(err >= 0 ? err : null, STDERR_FILENO);
    int limit = getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < 65536
                    ? (int)files.rlim_cur
                    : 65536;
    for (int fd = STDERR_FILENO + 1; fd < limit; fd++) { /* a jobserver's, say */
        if (fd != notify)
            close(fd);
    }
    fcntl(notify, F_SETFD, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int signal_number = 1; signal_number < NSIG; signal_number++)
        signal(signal_number, SIG_DFL);
    umask(077);
    (void)!chdir("/");
    snprintf(number, sizeof number, "%d", notify);
    execl(program, program, "--socket", socket, "--notify-fd", number, (char *)NULL);
    dprintf(notify, "cannot run %s: %s\n", program, strerror(errno));
    _exit(EXIT_TROUBLE);
}

/* Waits for one line; NULL when it is "ok", else the reason. */
static const char *await_readiness(int fd)
{
    char line[4096];
    size_t size = 0;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    time_t deadline = now.tv_sec + START_SECONDS_MAX;
    while (size < sizeof line - 1 && memchr(line, '\n', size) == NULL) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        struct pollfd readable = {.fd = fd, .events = POLLIN};
        if (now.tv_sec >= deadline)
            return "Timed out waiting for coordinator startup";
        if (poll(&readable, 1, 500) <= 0)
            continue;
        ssize_t got = read(fd, line + size, sizeof line - 1 - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        size += (size_t)got;
    }
    line[size] = 0;
    line[strcspn(line, "\n")] = 0;
    if (strcmp(line, "ok") == 0)
        return NULL;
    return size == 0 ? "the coordinator ended before it was ready; CACHEPOT_ERROR_LOG=FILE keeps "
                       "what it says"
                     : because("%s%s", line, "");
}

static const char *start_coordinator(const struct invocation *invocation, const char *socket)
{
    char program[PATH_MAX + 64];
    int notify[2];
    launcher(invocation, program, sizeof program);
    if (pipe2(notify, O_CLOEXEC) != 0)
        return because("%s: %s", "pipe", strerror(errno));
    pid_t pid = fork();
    if (pid == 0) {
        setsid();
        if (fork() == 0)
            launch(program, socket, notify[1]);
        _exit(0);
    }
    close(notify[1]);
    if (pid < 0) {
        close(notify[0]);
        return because("%s: %s", "fork", strerror(errno));
    }
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    const char *reason = await_readiness(notify[0]);
    close(notify[0]);
    return reason;
}

/* A start that failed is not tried again by each compile of a build: ten seconds each add up. */
static const char *recent_failure(const char *marker)
{
    struct stat status;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (stat(marker, &status) != 0 || now.tv_sec - status.st_mtim.tv_sec >= FAILED_START_SECONDS ||
        status.st_mtim.tv_sec > now.tv_sec)
        return NULL;
    int fd = open(marker, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char text[2048];
    ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    if (size <= 0)
        return NULL;
    text[size] = 0;
    return because("%s%s", text, "");
}

static void note_failure(const char *marker, const char *reason)
{
    int fd = open(marker, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return;
    write_all(fd, reason, strlen(reason));
    close(fd);
}

/* Holds the lock: nobody else starts one now. */
static int connect_or_start(const struct invocation *invocation, const char *socket,
                            bool *has_started, const char **reason)
{
    char marker[PATH_MAX + 16];
    snprintf(marker, sizeof marker, "%s.failed", socket);
    int fd = try_connect(socket);
    if (fd >= 0)
        return fd;
    *reason = recent_failure(marker);
    if (*reason != NULL)
        return -1;
    *reason = start_coordinator(invocation, socket);
    if (*reason != NULL) {
        note_failure(marker, *reason);
        return -1;
    }
    unlink(marker);
    *has_started = true;
    fd = try_connect(socket);
    if (fd < 0)
        *reason = because("the coordinator is ready, but %s: %s", socket, strerror(errno));
    return fd;
}

int connect_coordinator(const struct invocation *invocation, bool may_start, bool *has_started,
                        const char **reason)
{
    char socket[sizeof((struct sockaddr_un *)NULL)->sun_path];
    char lock[PATH_MAX + 16];
    *has_started = false;
    if (!socket_path(socket, sizeof socket, reason))
        return -1;
    int fd = try_connect(socket);
    if (fd >= 0 || !may_start) {
        *reason = "nobody listens";
        return fd;
    }
    snprintf(lock, sizeof lock, "%s.lock", socket);
    int lock_fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock_fd < 0) {
        *reason = because("cannot lock %s: %s", lock, strerror(errno));
        return -1;
    }
    while (flock(lock_fd, LOCK_EX) != 0 && errno == EINTR)
        continue;
    fd = connect_or_start(invocation, socket, has_started, reason);
    close(lock_fd);
    return fd;
}

const char *become_coordinator(const struct invocation *invocation)
{
    char socket[sizeof((struct sockaddr_un *)NULL)->sun_path];
    char program[PATH_MAX + 64];
    const char *reason = NULL;
    if (!socket_path(socket, sizeof socket, &reason))
        return reason;
    launcher(invocation, program, sizeof program);
    execl(program, program, "--socket", socket, (char *)NULL);
    return because("cannot run %s: %s", program, strerror(errno));
}
