/* Things that a hostile job tries. Each exits 0 when it succeeded, 1 with errno's words when it was stopped. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
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
    if (!strcmp(what, "deep") && argc == 3) return deep(argv[2]);
    return 2;
}
