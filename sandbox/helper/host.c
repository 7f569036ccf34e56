/*
 * Runs jobs inside one bubblewrap: host SOCKET FILTER [SLOT...]
 * As a job, tries to get out:       host try PORT | host try-memory MEGABYTES | host try-processes COUNT
 *
 * bubblewrap is started once for an unpacked toolchain, with user, pid, network, ipc and uts namespaces, the toolchain read-only
 * at /tc, an empty environment and capabilities that hold in that user namespace only. Each connection to SOCKET is a job: a
 * process in new mount, pid and ipc namespaces builds the job's root (an overlay whose upper layer is a tmpfs of its own), runs
 * the compiler in it and sends back what came of it. When the process ends, the kernel takes all of it apart; nothing of a job
 * is ever on the host's disk. The first process of the next job is made ahead of it, with all mounts that do not depend on the job,
 * while others run: that is most of what a job would wait for. So is the process that will become the compiler, and it joins control
 * groups then: the kernel may take ten milliseconds to move a process. The job's files go into the upper layer before the overlay is
 * mounted: a file that is made through an overlay costs twice as much, and mounting one next to nothing.
 *
 *   main          one clone for each job, the next one when that was taken; ends when its standard input does
 *   supervise     the job's first process: mounts, then waits for its job; root, inputs, time, output caps, outputs
 *   await_orders  the compiler before it is one: control groups, then waits for the root
 *   become_job    the compiler: session, limits, no capabilities, filter, exec
 *
 * A SLOT is the control groups that one job at a time may be in: their cgroup.procs, with colons between.
 *
 * A request is a header and the contents of its files. Numbers are the machine's own, texts have a length and end with a NUL:
 *   u32 magic, u32 bytes of the rest; u64 wall ms, stdio max, output max, tmpfs bytes, tmpfs inodes, data max of a process or 0;
 *   u32 processes max; text executable, cwd; texts argv, environment, control groups (their cgroup.procs; none: a slot's), outputs;
 *   u32 entries, parents first, each u8 kind, text path, and
 *     d  a directory      l  a link: text target      f x  a file, a program: u64 size; its bytes follow the header
 *     c p  a file, a program: text name in /cas       s  a file that nothing will replace: text name in /cas
 * Answers are frames: u8 kind, u32 length, and as many bytes.
 *   o e  what the job wrote        x  how it ended (struct ending)        f  an output (struct output), its bytes after the frame
 *   l  an output was too large     r  the request can not be run          b  the sandbox failed          .  the end
 *   g  u32 slot that the job is in                                        n  no slot is free; come with groups of its own
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAGIC = 0x314a5043, HEADER_MAX = 64 << 20, WORDS_MAX = 1 << 20, CHUNK = 1 << 16, FILES_OPEN_MAX = 4096, GROUPS_MAX = 4, JOBS_MAX = 4096, SHOWN_MAX = 500 };

struct text {
    const char *bytes;
    uint32_t length;
};

struct texts {
    char **words; /* NULL at the end, as exec wants it */
    uint32_t count;
};

struct request {
    uint64_t wall_millis, stdio_max, output_max, tmpfs_bytes, tmpfs_inodes, data_max;
    uint32_t processes_max;
    const char *executable, *cwd;
    struct texts arguments, environment, groups, outputs;
    uint32_t entries;
    const char *at, *end; /* what is not read yet: the entries */
    const char *bytes; /* all of it, up to end */
};

/* How a job ended, as it is sent. */
struct ending {
    uint32_t how; /* 0 exited, 1 killed by a signal, 2 took too long, 3 wrote too much */
    uint32_t code; /* exit code or signal */
    uint64_t wall_micros, cpu_micros, resident_kilobytes;
};

enum { EXITED, SIGNALLED, TOO_LONG, TOO_MUCH };

struct output {
    uint64_t size;
    uint32_t index, is_executable;
};

static struct sock_fprog filter;
static int listener = -1;
static int connection = -1; /* of a job's first process: who asked for it, once somebody has */
static int taken = -1; /* of a job's first process: tells main that somebody has, and by its end that the job is over */
static int slot = -1; /* of a job's first process: which one is the job's */
static char **slots; /* what each of them is */
static int slot_count;
static int is_compiler; /* it talks to nobody but the job's first process */
static char *title; /* what ps shows */

/* ---- talking ---- */

static int write_all(int fd, const void *bytes, size_t count) {
    const char *at = bytes;
    while (count > 0) {
        ssize_t n = send(fd, at, count, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return -1;
        at += n;
        count -= (size_t)n;
    }
    return 0;
}

static int read_all(int fd, void *bytes, size_t count) {
    char *at = bytes;
    while (count > 0) {
        ssize_t n = read(fd, at, count);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return -1;
        at += n;
        count -= (size_t)n;
    }
    return 0;
}

static void send_frame(char kind, const void *bytes, uint32_t count) {
    char head[5] = {kind};
    memcpy(head + 1, &count, sizeof count);
    if (write_all(connection, head, sizeof head) || write_all(connection, bytes, count)) _exit(0); /* nobody listens */
}

/* Until somebody asks for a job. */
static void await_job(void) {
    do {
        connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    } while (connection < 0 && (errno == EINTR || errno == ECONNABORTED));
    if (connection < 0 || write(taken, "t", 1) != 1) _exit(0); /* the host is gone */
    close(listener);
}

/* Ends the job's first process, and with it all of the job; what goes wrong before there is a job is told to the next one. */
static void __attribute__((noreturn, format(printf, 2, 3))) give_up(char kind, const char *format, ...) {
    char text[600];
    int error = errno;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text - 100, format, arguments);
    va_end(arguments);
    if (length > (int)sizeof text - 101) length = sizeof text - 101;
    length += snprintf(text + length, 100, ": %s", strerror(error));
    if (is_compiler) _exit(127);
    if (connection < 0) await_job();
    send_frame(kind, text, (uint32_t)length);
    send_frame('.', "", 0);
    _exit(0);
}

static void __attribute__((noreturn)) malformed(void) {
    errno = EPROTO;
    give_up('b', "request is malformed");
}

/* ---- reading a request ---- */

static void take(struct request *request, void *into, size_t count) {
    if ((size_t)(request->end - request->at) < count) malformed();
    memcpy(into, request->at, count);
    request->at += count;
}

static uint32_t take_u32(struct request *request) {
    uint32_t number;
    take(request, &number, sizeof number);
    return number;
}

static uint64_t take_u64(struct request *request) {
    uint64_t number;
    take(request, &number, sizeof number);
    return number;
}

static const char *take_text(struct request *request) {
    uint32_t length = take_u32(request);
    const char *text = request->at;
    if ((size_t)(request->end - request->at) <= length) malformed();
    if (memchr(text, 0, (size_t)length + 1) != text + length) malformed();
    request->at += (size_t)length + 1;
    return text;
}

static struct texts take_texts(struct request *request) {
    struct texts texts = {NULL, take_u32(request)};
    if (texts.count > WORDS_MAX) malformed();
    texts.words = calloc((size_t)texts.count + 1, sizeof *texts.words);
    if (!texts.words) give_up('b', "no memory for a request");
    for (uint32_t i = 0; i < texts.count; i++) texts.words[i] = (char *)take_text(request);
    return texts;
}

static struct request parse_request(const char *bytes, uint32_t count) {
    struct request request = {.at = bytes, .end = bytes + count, .bytes = bytes};
    request.wall_millis = take_u64(&request);
    request.stdio_max = take_u64(&request);
    request.output_max = take_u64(&request);
    request.tmpfs_bytes = take_u64(&request);
    request.tmpfs_inodes = take_u64(&request);
    request.data_max = take_u64(&request);
    request.processes_max = take_u32(&request);
    request.executable = take_text(&request);
    request.cwd = take_text(&request);
    request.arguments = take_texts(&request);
    request.environment = take_texts(&request);
    request.groups = take_texts(&request);
    request.outputs = take_texts(&request);
    request.entries = take_u32(&request);
    if (request.arguments.count == 0 || request.groups.count > GROUPS_MAX) malformed();
    return request;
}

static struct request read_request(int fd) {
    uint32_t head[2];
    if (read_all(fd, head, sizeof head)) _exit(0);
    if (head[0] != MAGIC || head[1] > HEADER_MAX) malformed();
    char *bytes = malloc(head[1]);
    if (!bytes) give_up('b', "no memory for a request of %u bytes", head[1]);
    if (read_all(fd, bytes, head[1])) _exit(0);
    return parse_request(bytes, head[1]);
}

/* ---- the job's root ---- */

#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#endif
#ifndef MOVE_MOUNT_F_EMPTY_PATH
#define MOVE_MOUNT_F_EMPTY_PATH 4
#endif
#ifndef MOVE_MOUNT_T_EMPTY_PATH
#define MOVE_MOUNT_T_EMPTY_PATH 0x40
#endif

/* Bounds of the memory that a job's files are in, as most requests have them. */
static const uint64_t TMPFS_BYTES = 2UL << 30, TMPFS_INODES = 200000;

static void format_bounds(char *options, size_t size, uint64_t bytes, uint64_t inodes) {
    snprintf(options, size, "mode=755,size=%llu,nr_inodes=%llu", (unsigned long long)bytes, (unsigned long long)inodes);
}

/* Devices, and what else of the root does not depend on the job, wait beside the root until it is there. */
static const char *const devices[] = {"null", "zero", "random", "urandom", NULL};

static void make_own_directory(const char *path, mode_t mode) {
    if (mkdir(path, mode) || chmod(path, mode)) give_up('b', "%s not made", path);
}

static void make_empty_file(const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) give_up('b', "%s not made", path);
    close(fd);
}

static void prepare_device(const char *name) {
    char outside[64], waiting[64], inside[64];
    snprintf(outside, sizeof outside, "/dev/%s", name);
    snprintf(waiting, sizeof waiting, "/job/%s", name);
    snprintf(inside, sizeof inside, "/job/upper/dev/%s", name);
    make_empty_file(inside);
    make_empty_file(waiting);
    if (mount(outside, waiting, NULL, MS_BIND, NULL)) give_up('b', "%s not mounted", outside);
}

/* Of what we make in the upper layer, the toolchain may have anything at the same place, a link to the host's paths for instance. */
static void prepare_root(void) {
    char options[200];
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) give_up('b', "mounts not private");
    format_bounds(options, sizeof options, TMPFS_BYTES, TMPFS_INODES);
    if (mount("tmpfs", "/job", "tmpfs", MS_NOSUID | MS_NODEV, options)) give_up('b', "memory for the job not mounted");
    make_own_directory("/job/upper", 0755);
    make_own_directory("/job/work", 0755);
    make_own_directory("/job/root", 0755);
    make_own_directory("/job/proc", 0755);
    make_own_directory("/job/upper/proc", 0755);
    make_own_directory("/job/upper/dev", 0755);
    make_own_directory("/job/upper/tmp", 01777);
    if (mount("proc", "/job/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL)) give_up('b', "proc not mounted");
    for (int i = 0; devices[i]; i++) prepare_device(devices[i]);
}

static void bound_memory(const struct request *request) {
    char options[200];
    if (request->tmpfs_bytes == TMPFS_BYTES && request->tmpfs_inodes == TMPFS_INODES) return;
    format_bounds(options, sizeof options, request->tmpfs_bytes, request->tmpfs_inodes);
    if (mount("tmpfs", "/job", NULL, MS_REMOUNT | MS_NOSUID | MS_NODEV, options)) give_up('b', "memory for the job not bounded");
}

static void move_into_root(const char *name, const char *place) {
    char waiting[64];
    snprintf(waiting, sizeof waiting, "/job/%s", name);
    if (mount(waiting, place, NULL, MS_MOVE, NULL)) give_up('b', "%s not mounted", place);
}

/* The upper layer has all that the job brings. */
static void enter_root(void) {
    if (mount("overlay", "/job/root", "overlay", MS_NOSUID | MS_NODEV,
              "lowerdir=/tc,upperdir=/job/upper,workdir=/job/work,userxattr"))
        give_up('b', "overlay not mounted");
    if (chdir("/job/root")) give_up('b', "root not entered");
    move_into_root("proc", "proc");
    for (int i = 0; devices[i]; i++) {
        char place[64];
        snprintf(place, sizeof place, "dev/%s", devices[i]);
        move_into_root(devices[i], place);
    }
    if (syscall(SYS_pivot_root, ".", ".")) give_up('b', "root not changed");
    if (umount2(".", MNT_DETACH) || chdir("/")) give_up('b', "old root not left");
}

/* ---- what the job brings ---- */

/* Opens through no link, and nothing above `directory`; a path begins with a slash. */
static int open_plain(int directory, const char *path, int flags, mode_t mode) {
    struct open_how how = {.flags = (unsigned)(flags | O_CLOEXEC | O_NOFOLLOW),
                           .mode = mode,
                           .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_BENEATH};
    return (int)syscall(SYS_openat2, directory, path + 1, &how, sizeof how);
}

static int open_directory(const char *path) {
    int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) give_up('b', "%s not opened", path);
    return fd;
}

/* What the job brings. */
struct entry {
    char kind;
    const char *path; /* nothing in it leads upwards */
    const char *text; /* of a link its target, of a content its name in /cas */
    uint64_t size; /* of what follows the header */
};

static const char *take_path(struct request *request) {
    const char *path = take_text(request);
    size_t length = strlen(path);
    if (path[0] != '/' || strstr(path, "/../") || (length >= 3 && !strcmp(path + length - 3, "/.."))) malformed();
    if (length >= PATH_MAX) {
        errno = ENAMETOOLONG;
        give_up('r', "path of %zu bytes", length);
    }
    return path;
}

static struct entry take_entry(struct request *request) {
    struct entry entry = {0};
    take(request, &entry.kind, 1);
    entry.path = take_path(request);
    switch (entry.kind) {
    case 'd':
        break;
    case 'f':
    case 'x':
        entry.size = take_u64(request);
        break;
    case 'l':
    case 'c':
    case 'p':
    case 's':
        entry.text = take_text(request);
        break;
    default:
        malformed();
    }
    return entry;
}

/* There is no link in `upper` yet that it could lead through. */
static void make_directories(int upper, const char *path) {
    char partial[PATH_MAX];
    size_t length = strlen(path);
    if (length < 2 || mkdirat(upper, path + 1, 0755) == 0) return;
    for (size_t i = 1; i <= length; i++) {
        if (i < length && path[i] != '/') continue;
        memcpy(partial, path, i);
        partial[i] = 0;
        struct stat there;
        if (mkdirat(upper, partial + 1, 0755) == 0) continue;
        if (errno != EEXIST || fstatat(upper, partial + 1, &there, AT_SYMLINK_NOFOLLOW)) give_up('r', "directory '%s'", partial);
        errno = ENOTDIR;
        if (!S_ISDIR(there.st_mode)) give_up('r', "directory '%s'", partial);
    }
}

static void make_link(int upper, const char *path, const char *target) {
    char parent[PATH_MAX];
    const char *name = strrchr(path, '/') + 1;
    snprintf(parent, sizeof parent, "%.*s.", (int)(name - path), path);
    int directory = open_plain(upper, parent, O_PATH | O_DIRECTORY, 0);
    if (directory < 0 || symlinkat(target, directory, name)) give_up('r', "link '%s'", path);
    close(directory);
}

static int make_file(int upper, const char *path, mode_t mode) {
    int fd = open_plain(upper, path, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (fd < 0) give_up('r', "input '%s'", path);
    return fd;
}

static char chunk[CHUNK];

static void write_chunk(int fd, size_t count, const char *path) {
    for (size_t at = 0; at < count;) {
        ssize_t n = write(fd, chunk + at, count - at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) give_up(errno == ENOSPC ? 'r' : 'b', "input '%s' not written", path);
        at += (size_t)n;
    }
}

static void receive_file(int upper, const char *path, uint64_t size, mode_t mode) {
    int fd = make_file(upper, path, mode);
    while (size > 0) {
        size_t part = size < sizeof chunk ? (size_t)size : sizeof chunk;
        if (read_all(connection, chunk, part)) _exit(0);
        write_chunk(fd, part, path);
        size -= part;
    }
    close(fd);
}

static void copy_content(int upper, const char *path, int content, mode_t mode) {
    int fd = make_file(upper, path, mode);
    for (;;) {
        ssize_t n = read(content, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) give_up('b', "content of input '%s' not read", path);
        if (n == 0) break;
        write_chunk(fd, (size_t)n, path);
        if (n < (ssize_t)sizeof chunk) break; /* a file that ends there */
    }
    close(fd);
}

/* What is seen as it lies in /cas, once the root is there. */
struct shown {
    struct {
        const char *path;
        int content;
    } files[SHOWN_MAX];
    int count;
};

/* From here on a mount costs less than a copy, at 0.7 ms a megabyte. */
static const off_t SHOWN_BYTES_MIN = 64 << 10;

static void take_content(int upper, int contents, struct entry entry, struct shown *shown) {
    struct stat there;
    int content = openat(contents, entry.text, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (content < 0 || fstat(content, &there)) give_up('b', "content of input '%s' not opened", entry.path);
    if (entry.kind == 's' && there.st_size >= SHOWN_BYTES_MIN && shown->count < SHOWN_MAX) {
        int mount = (int)syscall(SYS_open_tree, contents, entry.text, OPEN_TREE_CLONE | O_CLOEXEC | AT_SYMLINK_NOFOLLOW);
        if (mount < 0) give_up('b', "content of input '%s' not opened", entry.path);
        close(make_file(upper, entry.path, 0644));
        shown->files[shown->count].path = entry.path;
        shown->files[shown->count++].content = mount;
    } else {
        copy_content(upper, entry.path, content, entry.kind == 'p' ? 0755 : 0644);
    }
    close(content);
}

/* Directories and files, while there is no link that one could be made through. */
static void make_files(int upper, struct request request, struct shown *shown) {
    int contents = -1;
    for (uint32_t i = 0; i < request.entries; i++) {
        struct entry entry = take_entry(&request);
        switch (entry.kind) {
        case 'd':
            make_directories(upper, entry.path);
            break;
        case 'f':
        case 'x':
            receive_file(upper, entry.path, entry.size, entry.kind == 'x' ? 0755 : 0644);
            break;
        case 'c':
        case 'p':
        case 's':
            if (contents < 0) contents = open_directory("/cas");
            take_content(upper, contents, entry, shown);
            break;
        }
    }
    if (contents >= 0) close(contents);
}

static void make_links(int upper, struct request request) {
    for (uint32_t i = 0; i < request.entries; i++) {
        struct entry entry = take_entry(&request);
        if (entry.kind == 'l') make_link(upper, entry.path, entry.text);
    }
}

/* Fills the upper layer, before it is one. */
static void make_entries(struct request request, struct shown *shown) {
    int upper = open_directory("/job/upper");
    make_files(upper, request, shown);
    make_links(upper, request);
    close(upper);
}

/* Read-only, as /cas is. */
static void show_contents(int root, const struct shown *shown) {
    for (int i = 0; i < shown->count; i++) {
        int place = open_plain(root, shown->files[i].path, O_PATH, 0);
        if (place < 0 || syscall(SYS_move_mount, shown->files[i].content, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH))
            give_up('b', "input '%s' not mounted", shown->files[i].path);
        close(place);
        close(shown->files[i].content);
    }
}

/* ---- the compiler's process ---- */

static void limit(int what, uint64_t most) {
    struct rlimit old, wanted = {most, most};
    if (getrlimit(what, &old) == 0 && old.rlim_max < most) wanted.rlim_cur = wanted.rlim_max = old.rlim_max;
    setrlimit(what, &wanted);
}

static void drop_rights(void) {
    for (int capability = 0; prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; capability++) {
    }
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) || syscall(SYS_capset, &header, none) ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        _exit(127);
    if (filter.len > 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) _exit(127);
}

/* What went wrong before the compiler ran: the sandbox, or the request. */
struct failure {
    char kind;
    int error;
};

static void __attribute__((noreturn)) fail_to_start(int failed, char kind) {
    struct failure failure = {kind, errno};
    _exit(write(failed, &failure, sizeof failure) < 0 ? 126 : 127);
}

static int join_group(const char *path) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t n = write(fd, "0", 1);
    int error = errno;
    close(fd);
    errno = error;
    return n == 1 ? 0 : -1;
}

static int join_slot(int which) {
    char path[PATH_MAX];
    for (const char *at = slots[which]; *at;) {
        size_t length = strcspn(at, ":");
        if (length >= sizeof path) length = sizeof path - 1;
        memcpy(path, at, length);
        path[length] = 0;
        if (join_group(path)) return -1;
        at += length;
        if (*at) at++;
    }
    return 0;
}

/* Says by `failed` what went wrong; it closes when all went well. */
static void __attribute__((noreturn)) become_job(const struct request *request, int out, int err, int failed) {
    setsid();
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    failed = fcntl(failed, F_DUPFD_CLOEXEC, 10);
    if (null < 0 || failed < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0) _exit(127);
    syscall(SYS_close_range, 3, failed - 1, 0);
    syscall(SYS_close_range, failed + 1, ~0U, 0);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, FILES_OPEN_MAX);
    limit(RLIMIT_NPROC, request->processes_max);
    limit(RLIMIT_FSIZE, request->output_max);
    if (request->data_max > 0) limit(RLIMIT_DATA, request->data_max);
    signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (chdir(request->cwd) == 0) {
        drop_rights();
        execve(request->executable, request->arguments.words, request->environment.words);
    }
    fail_to_start(failed, 'r');
}

/* In its groups before there is a job; then the job's request comes, and when the root is ready a byte. */
static void __attribute__((noreturn)) await_orders(int orders, int out, int err, int failed) {
    char go;
    is_compiler = 1;
    close(listener);
    close(taken);
    if (slot >= 0 && join_slot(slot)) fail_to_start(failed, 'b');
    if (write_all(orders, "j", 1)) _exit(0);
    struct request request = read_request(orders);
    for (uint32_t i = 0; i < request.groups.count; i++)
        if (join_group(request.groups.words[i])) fail_to_start(failed, 'b');
    if (request.groups.count > 0 && write_all(orders, "j", 1)) _exit(0);
    if (read_all(orders, &go, 1)) _exit(0);
    become_job(&request, out, err, failed);
}

/* ---- watching it ---- */

static uint64_t now_micros(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

struct stream {
    int fd;
    char kind;
    char *bytes;
    uint64_t count;
};

/* Keeps what it wrote; false at its end. It is sent when the job has ended, for then only it is known to be within its bounds. */
static int read_stream(struct stream *stream, uint64_t most, int *is_too_much) {
    ssize_t n = read(stream->fd, chunk, sizeof chunk);
    if (n < 0) return errno == EINTR || errno == EAGAIN;
    if (n == 0) return 0;
    if (stream->count + (uint64_t)n > most) {
        *is_too_much = 1;
        return 0;
    }
    char *more = realloc(stream->bytes, stream->count + (uint64_t)n);
    if (!more) give_up('b', "no memory for what the job wrote");
    memcpy(more + stream->count, chunk, (size_t)n);
    stream->bytes = more;
    stream->count += (uint64_t)n;
    return 1;
}

static void send_stream(const struct stream *stream) {
    for (uint64_t at = 0; at < stream->count;) {
        uint64_t part = stream->count - at < CHUNK ? stream->count - at : CHUNK;
        send_frame(stream->kind, stream->bytes + at, (uint32_t)part);
        at += part;
    }
}

static void kill_everything(void) {
    kill(-1, SIGKILL); /* all in this pid namespace but its first process, which we are */
}

/* Nobody waits for the job any more. Who asked for this sees that the connection ends, and then nothing of the job is left. */
static void __attribute__((noreturn)) cancel(void) {
    kill_everything();
    while (wait(NULL) > 0 || errno == EINTR) {
    }
    _exit(0);
}

/* Until the compiler has ended, is over a bound, or nobody waits for it any more. */
static uint32_t watch(const struct request *request, int process, struct stream *out, struct stream *err, uint64_t began) {
    int is_out = 1, is_err = 1, is_too_much = 0, is_over = 0;
    uint64_t deadline = began + request->wall_millis * 1000;
    while (!is_over || is_out || is_err) {
        uint64_t now = now_micros();
        if (!is_over && now >= deadline) return TOO_LONG;
        int timeout = is_over ? -1 : (int)((deadline - now) / 1000 > 60000 ? 60000 : (deadline - now) / 1000 + 1);
        struct pollfd fds[4] = {{is_over ? -1 : process, POLLIN, 0},
                                {is_out ? out->fd : -1, POLLIN, 0},
                                {is_err ? err->fd : -1, POLLIN, 0},
                                {connection, POLLRDHUP, 0}};
        if (poll(fds, 4, timeout) < 0 && errno != EINTR) give_up('b', "poll failed");
        if (fds[3].revents & (POLLRDHUP | POLLHUP | POLLERR)) cancel();
        if (fds[1].revents) is_out = read_stream(out, request->stdio_max, &is_too_much);
        if (fds[2].revents) is_err = read_stream(err, request->stdio_max, &is_too_much);
        if (is_too_much) return TOO_MUCH;
        if (fds[0].revents) {
            is_over = 1;
            kill_everything(); /* what it left behind holds its standard output */
        }
    }
    return EXITED;
}

static void settle(struct ending *ending, pid_t job) {
    int status;
    struct rusage usage;
    if (wait4(job, &status, 0, &usage) != job) give_up('b', "the compiler's end is not known");
    while (wait(NULL) > 0 || errno == EINTR) {
        /* what it left behind, which is dead or dying */
    }
    ending->cpu_micros = (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
                         (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    ending->resident_kilobytes = (uint64_t)usage.ru_maxrss;
    if (ending->how != EXITED) return;
    if (WIFSIGNALED(status)) {
        ending->how = SIGNALLED;
        ending->code = (uint32_t)WTERMSIG(status);
    } else {
        ending->code = (uint32_t)WEXITSTATUS(status);
    }
}

/* ---- outputs ---- */

static int is_same(const struct stat *one, const struct stat *other) {
    return one->st_ino == other->st_ino && one->st_dev == other->st_dev && one->st_size == other->st_size &&
           one->st_mtim.tv_sec == other->st_mtim.tv_sec && one->st_mtim.tv_nsec == other->st_mtim.tv_nsec &&
           one->st_ctim.tv_sec == other->st_ctim.tv_sec && one->st_ctim.tv_nsec == other->st_ctim.tv_nsec;
}

static struct stat *look_at_outputs(const struct request *request) {
    struct stat *before = calloc((size_t)request->outputs.count + 1, sizeof *before);
    if (!before) give_up('b', "no memory for outputs");
    for (uint32_t i = 0; i < request->outputs.count; i++)
        if (lstat(request->outputs.words[i], &before[i])) memset(&before[i], 0, sizeof before[i]);
    return before;
}

/* -1 for what was not written, is no file, or lies behind a link. */
static int open_output(int root, const char *path, const struct stat *before, struct stat *now) {
    int fd = open_plain(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    if (fd < 0) return -1;
    if (fstat(fd, now) || !S_ISREG(now->st_mode) || is_same(before, now)) {
        close(fd);
        return -1;
    }
    return fd;
}

static void send_outputs(const struct request *request, int root, const struct stat *before) {
    struct stat now;
    for (uint32_t i = 0; i < request->outputs.count; i++) {
        int fd = open_output(root, request->outputs.words[i], &before[i], &now);
        if (fd < 0) continue;
        close(fd);
        if ((uint64_t)now.st_size > request->output_max) {
            send_frame('l', &i, sizeof i);
            return;
        }
    }
    for (uint32_t i = 0; i < request->outputs.count; i++) {
        int fd = open_output(root, request->outputs.words[i], &before[i], &now);
        if (fd < 0) continue;
        struct output output = {(uint64_t)now.st_size, i, (now.st_mode & 0111) != 0};
        send_frame('f', &output, sizeof output);
        for (off_t at = 0; at < now.st_size;) {
            ssize_t n = sendfile(connection, fd, &at, (size_t)(now.st_size - at));
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) _exit(0); /* the reader counts, and sees that it is short */
        }
        close(fd);
    }
}

/* ---- one job ---- */

static void __attribute__((noreturn)) supervise(void) {
    int out[2], err[2], failed[2], orders[2];
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    signal(SIGCHLD, SIG_DFL);
    umask(022);
    prepare_root();
    if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC) || pipe2(failed, O_CLOEXEC)) give_up('b', "pipes not made");
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, orders)) give_up('b', "pipes not made");
    pid_t job = fork();
    if (job < 0) give_up('b', "the compiler's process not made");
    if (job == 0) {
        close(orders[0]);
        await_orders(orders[1], out[1], err[1], failed[1]);
    }
    close(orders[1]);
    /* The groups' paths go with the old root. One that has ended instead says why by `failed`. */
    char joined;
    (void)read_all(orders[0], &joined, 1);
    await_job();
    size_t titled = strlen(title) < 3 ? strlen(title) : 4;
    char idle[4];
    memcpy(idle, title, titled);
    memcpy(title, "job", titled);
    struct request request = read_request(connection);
    int is_in_slot = slot_count > 0 && request.groups.count == 0;
    if (is_in_slot && slot < 0) {
        send_frame('n', "", 0);
        _exit(0);
    }
    uint32_t head[2] = {MAGIC, (uint32_t)(request.end - request.bytes)};
    if (!write_all(orders[0], head, sizeof head) && !write_all(orders[0], request.bytes, head[1]) && request.groups.count > 0)
        (void)read_all(orders[0], &joined, 1);
    static struct shown shown;
    bound_memory(&request);
    make_entries(request, &shown);
    enter_root();
    int root = open_directory("/");
    show_contents(root, &shown);
    struct stat *before = look_at_outputs(&request);
    uint64_t began = now_micros();
    (void)write_all(orders[0], "r", 1);
    close(out[1]);
    close(err[1]);
    close(failed[1]);
    struct ending ending = {0};
    struct failure failure;
    if (read(failed[0], &failure, sizeof failure) == sizeof failure) {
        errno = failure.error;
        if (failure.kind == 'b') give_up('b', "control group of the job not joined");
        give_up('r', "executable '%s' can not be run inside", request.executable);
    }
    int process = (int)syscall(SYS_pidfd_open, job, 0);
    if (process < 0) give_up('b', "the compiler's process not watched");
    struct stream outs = {out[0], 'o', NULL, 0}, errs = {err[0], 'e', NULL, 0};
    ending.how = watch(&request, process, &outs, &errs, began);
    kill_everything();
    settle(&ending, job);
    memcpy(title, idle, titled); /* nothing of the job is left but what it wrote */
    ending.wall_micros = now_micros() - began;
    if (is_in_slot) send_frame('g', &slot, sizeof slot);
    if (ending.how == EXITED || ending.how == SIGNALLED) {
        send_stream(&outs);
        send_stream(&errs);
        send_frame('x', &ending, sizeof ending);
        send_outputs(&request, root, before);
    } else {
        send_frame('x', &ending, sizeof ending);
    }
    send_frame('.', "", 0);
    _exit(0);
}

/* ---- a job that tries what no job may do; says what worked, which does no harm ---- */

static int worked(const char *what, int is_so) {
    if (is_so) printf("%s\n", what);
    return is_so;
}

static int can_connect(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
}

static int try_to_get_out(int port) {
    int count = 0;
    count += worked("it sees the machine's /etc/passwd", access("/etc/passwd", F_OK) == 0);
    count += worked("it reaches the machine's loopback", can_connect(port));
    count += worked("it is in a process group with others", getpgrp() != getpid());
    count += worked("it can change kernel.core_pattern", access("/proc/sys/kernel/core_pattern", W_OK) == 0);
    count += worked("it can mount", syscall(SYS_open_tree, AT_FDCWD, "/", OPEN_TREE_CLONE | O_CLOEXEC) >= 0);
    count += worked("it can make user namespaces", unshare(CLONE_NEWUSER) == 0);
    return count > 0;
}

static int try_memory(int megabytes) {
    for (int i = 0; i < megabytes; i++) {
        char *bytes = malloc(1 << 20);
        if (!bytes) return 1;
        for (int at = 0; at < 1 << 20; at += 4096) ((volatile char *)bytes)[at] = 1;
    }
    return 0;
}

static int try_processes(int count) {
    for (int i = 0; i < count; i++) {
        pid_t child = fork();
        if (child < 0) return 1;
        if (child == 0) {
            pause();
            _exit(0);
        }
    }
    return 0;
}

static int try_out(const char *what, int number) {
    if (!strcmp(what, "try")) return try_to_get_out(number);
    if (!strcmp(what, "try-memory")) return try_memory(number);
    if (!strcmp(what, "try-processes")) return try_processes(number);
    return 2;
}

static void __attribute__((noreturn)) die(const char *what) {
    fprintf(stderr, "cachepot-sandbox-host: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void load_filter(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat there;
    if (fd < 0 || fstat(fd, &there)) die(path);
    struct sock_filter *program = malloc((size_t)there.st_size + 1);
    if (!program || read_all(fd, program, (size_t)there.st_size)) die(path);
    filter = (struct sock_fprog){(unsigned short)((size_t)there.st_size / sizeof *program), program};
    close(fd);
}

static void listen_at(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        die(path);
    }
    strcpy(address.sun_path, path);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 512)) die(path);
}

/* The first process of the next job, in a slot if there is one; gives what tells that it was taken, or -1 when there is none. */
static int spawn(int in_slot) {
    int news[2];
    if (pipe2(news, O_CLOEXEC)) return -1;
    long child = syscall(SYS_clone, CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | SIGCHLD, 0, 0, 0, 0);
    if (child == 0) {
        taken = news[1];
        slot = in_slot;
        close(news[0]);
        supervise();
    }
    close(news[1]);
    if (child > 0) return news[0];
    close(news[0]);
    return -1;
}

/* No process can be made: whoever asks hears so, for their job may be run elsewhere. */
static void refuse(void) {
    static const char text[] = "no process for the job";
    uint32_t length = sizeof text - 1;
    char head[5] = {'b'};
    memcpy(head + 1, &length, sizeof length);
    int refused = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (refused < 0) return;
    if (write_all(refused, head, sizeof head) == 0) (void)write_all(refused, text, length);
    close(refused);
}

/* Those that were taken: what ends with each, and its slot. */
struct running {
    int news, slot;
};

static int free_slot(const struct running *running, int count) {
    for (int i = 0; i < slot_count; i++) {
        int is_free = 1;
        for (int j = 0; j < count; j++) is_free &= running[j].slot != i;
        if (is_free) return i;
    }
    return -1;
}

static void __attribute__((noreturn)) serve(void) {
    static struct running running[JOBS_MAX];
    static struct pollfd fds[JOBS_MAX + 2];
    struct running next = {-1, -1};
    for (int count = 0;;) {
        if (next.news < 0 && count < JOBS_MAX) {
            next.slot = free_slot(running, count);
            next.news = spawn(next.slot);
        }
        fds[0] = (struct pollfd){0, POLLIN, 0};
        /* Without one the listener is looked at here, and another one tried after each who is refused. */
        fds[1] = (struct pollfd){next.news < 0 ? listener : next.news, POLLIN, 0};
        for (int i = 0; i < count; i++) fds[i + 2] = (struct pollfd){running[i].news, POLLIN, 0};
        if (poll(fds, (nfds_t)count + 2, -1) < 0 && errno != EINTR) die("poll");
        if (fds[0].revents) exit(0); /* the worker is gone, or wants us to be */
        for (int i = count; i-- > 0;)
            if (fds[i + 2].revents) {
                close(running[i].news);
                running[i] = running[--count];
            }
        if (!fds[1].revents) continue;
        if (next.news < 0) {
            refuse();
            continue;
        }
        char answer;
        if (read(next.news, &answer, 1) == 1) {
            running[count++] = next;
        } else {
            /* One that ended without a job was killed by somebody; not more often than that can be borne. */
            usleep(10000);
            close(next.news);
        }
        next.news = -1;
    }
}

int main(int argc, char **argv) {
    if (argc == 3 && !strncmp(argv[1], "try", 3)) return try_out(argv[1], atoi(argv[2]));
    if (argc < 3) {
        fprintf(stderr, "usage: cachepot-sandbox-host SOCKET FILTER [SLOT...]\n");
        return 2;
    }
    title = argv[0];
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_IGN); /* children are reaped by the kernel */
    load_filter(argv[2]);
    listen_at(argv[1]);
    if (write(1, "ready\n", 6) != 6) die("standard output");
    slots = argv + 3;
    slot_count = argc - 3;
    serve();
}
