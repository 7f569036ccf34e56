/* Things that a hostile job tries. Each exits 0 when it succeeded, 1 with errno's words when it was stopped. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static int stopped(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    return 1;
}

static int connect_to(const char *host, const char *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
    inet_pton(AF_INET, host, &address.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) return stopped("socket");
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) return stopped("connect");
    return write(fd, "x", 1) == 1 ? 0 : stopped("write");
}

static int unshare_user(void) {
    return unshare(CLONE_NEWUSER) == 0 ? 0 : stopped("unshare");
}

static int write_file(const char *path) {
    int fd = open(path, O_WRONLY);
    return fd < 0 ? stopped("open") : 0;
}

static int kill_all(const char *pid, const char *signal) {
    return kill(atoi(pid), atoi(signal)) == 0 ? 0 : stopped("kill");
}

static int make_device(const char *path) {
    return mknod(path, S_IFCHR | 0600, makedev(1, 3)) == 0 ? 0 : stopped("mknod");
}

static int remount(const char *path) {
    return mount(NULL, path, NULL, MS_REMOUNT | MS_BIND, NULL) == 0 ? 0 : stopped("mount");
}

static int unmount(const char *path) {
    return umount2(path, MNT_DETACH) == 0 ? 0 : stopped("umount");
}

/* Succeeds when it gets as many processes at once as it wants. */
static int fork_many(const char *count) {
    for (int i = atoi(count); i > 0; i--) {
        pid_t pid = fork();
        if (pid < 0) return stopped("fork");
        if (pid == 0) {
            pause();
            return 0;
        }
    }
    return 0;
}

/* Not hostile by itself, but no path reaches the innermost directory. */
static int deep(const char *levels) {
    char name[201];
    memset(name, 'd', 200);
    name[200] = 0;
    for (int i = atoi(levels); i > 0; i--)
        if (mkdir(name, 0755) || chdir(name)) return stopped("mkdir");
    return 0;
}

/* Memory that is used, not just asked for. */
static int use_memory(const char *megabytes) {
    for (int i = atoi(megabytes); i > 0; i--) {
        char *bytes = malloc(1 << 20);
        if (!bytes) return stopped("malloc");
        memset(bytes, 'm', 1 << 20);
    }
    return 0;
}

static int write_megabytes(int fd, const char *megabytes) {
    static char bytes[1 << 20];
    for (int i = atoi(megabytes); i > 0; i--)
        if (write(fd, bytes, sizeof bytes) != sizeof bytes) return stopped("write");
    return 0;
}

/* Memory that belongs to no process. */
static int use_memfd(const char *megabytes) {
    int fd = memfd_create("attempt", 0);
    return fd < 0 ? stopped("memfd_create") : write_megabytes(fd, megabytes);
}

/* In several files, so that no bound of one file is what stops it. */
static int fill(const char *directory, const char *files, const char *megabytes) {
    for (int i = atoi(files); i > 0; i--) {
        char path[300];
        snprintf(path, sizeof path, "%s/%d", directory, i);
        int fd = open(path, O_WRONLY | O_CREAT, 0644);
        if (fd < 0) return stopped("open");
        int result = write_megabytes(fd, megabytes);
        if (result) return result;
        close(fd);
    }
    return 0;
}

static int call(const char *what, long result) {
    return result >= 0 ? 0 : stopped(what);
}

/* Of a child, which everybody may trace. */
static int trace(void) {
    pid_t child = fork();
    if (child == 0) {
        pause();
        _exit(0);
    }
    int result = call("ptrace", ptrace(PTRACE_ATTACH, child, 0, 0));
    kill(child, SIGKILL);
    return result;
}

static int read_memory(void) {
    char here = 'x', there;
    struct iovec local = {&there, 1}, remote = {&here, 1};
    return call("process_vm_readv", process_vm_readv(getpid(), &local, 1, &remote, 1, 0));
}

/* New namespaces by the call that has its flags in memory, where no filter can look. */
static int clone_user(void) {
    struct { unsigned long long flags, words[10]; } arguments = {CLONE_NEWUSER, {0, 0, 0, SIGCHLD}};
    long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid == 0) _exit(0);
    return call("clone3", pid);
}

static int plain_clone_user(void) {
    long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) _exit(0);
    return call("clone", pid);
}

static int rare_call(const char *name) {
    static char zeros[256];
    if (!strcmp(name, "bpf")) {
        unsigned int map[32] = {1, 4, 4, 1}; /* a hash table */
        return call(name, syscall(SYS_bpf, 0, map, sizeof map));
    }
    if (!strcmp(name, "perf_event_open")) {
        struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes, .exclude_kernel = 1};
        return call(name, syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
    }
    if (!strcmp(name, "io_uring_setup")) return call(name, syscall(SYS_io_uring_setup, 4, zeros));
    if (!strcmp(name, "keyctl")) return call(name, syscall(SYS_keyctl, 0, -3, 1)); /* id of the session's keyring */
    if (!strcmp(name, "add_key")) return call(name, syscall(SYS_add_key, "user", "cachepot", "x", 1, -2));
    if (!strcmp(name, "userfaultfd")) return call(name, syscall(SYS_userfaultfd, 1 /* of user mode only */));
    if (!strcmp(name, "fsopen")) return call(name, syscall(SYS_fsopen, "tmpfs", 0));
    if (!strcmp(name, "pivot_root")) return call(name, syscall(SYS_pivot_root, "/", "/"));
    return 2;
}

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    const char *what = argv[1];
    if (!strcmp(what, "connect") && argc == 4) return connect_to(argv[2], argv[3]);
    if (!strcmp(what, "unshare")) return unshare_user();
    if (!strcmp(what, "open-for-writing") && argc == 3) return write_file(argv[2]);
    if (!strcmp(what, "kill") && argc == 4) return kill_all(argv[2], argv[3]);
    if (!strcmp(what, "mknod") && argc == 3) return make_device(argv[2]);
    if (!strcmp(what, "remount") && argc == 3) return remount(argv[2]);
    if (!strcmp(what, "umount") && argc == 3) return unmount(argv[2]);
    if (!strcmp(what, "fork") && argc == 3) return fork_many(argv[2]);
    if (!strcmp(what, "memory") && argc == 3) return use_memory(argv[2]);
    if (!strcmp(what, "memfd") && argc == 3) return use_memfd(argv[2]);
    if (!strcmp(what, "fill") && argc == 5) return fill(argv[2], argv[3], argv[4]);
    if (!strcmp(what, "deep") && argc == 3) return deep(argv[2]);
    if (!strcmp(what, "socket") && argc == 3) return call(what, socket(atoi(argv[2]), SOCK_DGRAM, 0));
    if (!strcmp(what, "ptrace")) return trace();
    if (!strcmp(what, "process-vm")) return read_memory();
    if (!strcmp(what, "clone3-user")) return clone_user();
    if (!strcmp(what, "clone-user")) return plain_clone_user();
    if (!strcmp(what, "call") && argc == 3) return rare_call(argv[2]);
    return 2;
}
