// Runs a command many times, so many at once, and says how long one takes and how many end in a second.
// usage: spawn COUNT JOBS COMMAND...               fork and exec, no more
//        spawn -o TOOLCHAIN DIRECTORY COUNT JOBS COMMAND...   as sccache does: an overlay below DIRECTORY, then bubblewrap; needs root
// Prints: median in microseconds, commands a second.
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COUNT_MAX = 100000, WORDS_MAX = 200 };

static const char *toolchain, *directory;
static double begins[COUNT_MAX], took[COUNT_MAX];
static pid_t pids[COUNT_MAX];

static double now_micros(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void fail(const char *what) {
    perror(what);
    _exit(126);
}

static void in_overlay(int number, char **command) {
    char base[300], upper[320], work[320], target[320], options[1200];
    snprintf(base, sizeof base, "%s/%d", directory, number);
    snprintf(upper, sizeof upper, "%s/upper", base);
    snprintf(work, sizeof work, "%s/work", base);
    snprintf(target, sizeof target, "%s/target", base);
    snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s,workdir=%s", toolchain, upper, work);
    if (mkdir(base, 0755) || mkdir(upper, 0755) || mkdir(work, 0755) || mkdir(target, 0755)) fail("mkdir");
    if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) fail("unshare");
    if (mount("overlay", target, "overlay", 0, options)) fail("overlay");
    char *words[WORDS_MAX] = {"bwrap", "--die-with-parent", "--cap-drop", "ALL", "--unshare-user", "--unshare-cgroup", "--unshare-ipc",
                              "--unshare-pid", "--unshare-net", "--unshare-uts", "--bind", target, "/", "--proc", "/proc", "--dev", "/dev",
                              "--chdir", "/", "--setenv", "PATH", "/usr/bin", "--"};
    int count = 23;
    while (*command && count < WORDS_MAX - 1) words[count++] = *command++;
    execv("/usr/bin/bwrap", words);
    fail("bwrap");
}

static void start(int number, char **command) {
    begins[number] = now_micros();
    pids[number] = fork();
    if (pids[number] == 0) {
        if (toolchain) in_overlay(number, command);
        execv(command[0], command);
        fail(command[0]);
    }
}

static int by_size(const void *a, const void *b) {
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

int main(int argc, char **argv) {
    if (argc > 3 && !strcmp(argv[1], "-o")) {
        toolchain = argv[2];
        directory = argv[3];
        argc -= 3;
        argv += 3;
    }
    int count = argc > 3 ? atoi(argv[1]) : 0, jobs = argc > 3 ? atoi(argv[2]) : 0, next = 0;
    if (count < 1 || count > COUNT_MAX || jobs < 1) {
        fprintf(stderr, "usage: spawn [-o TOOLCHAIN DIRECTORY] COUNT JOBS COMMAND...\n");
        return 2;
    }
    double began = now_micros();
    for (int ended = 0; ended < count; ended++) {
        while (next < count && next - ended < jobs) {
            start(next, argv + 3);
            next++;
        }
        int status;
        pid_t pid = wait(&status);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            fprintf(stderr, "a command failed: %d\n", status);
            return 1;
        }
        int which = 0;
        while (pids[which] != pid) which++;
        pids[which] = 0; // the next process with that number is another one
        took[which] = now_micros() - begins[which];
        if (toolchain) { // as part of the job: it is the worker who removes it
            char remove[400];
            snprintf(remove, sizeof remove, "%s/%d", directory, which);
            pid_t remover = fork();
            if (remover == 0) {
                execl("/bin/rm", "rm", "-rf", remove, NULL);
                _exit(126);
            }
            waitpid(remover, NULL, 0);
        }
    }
    double all = now_micros() - began;
    qsort(took, (size_t)count, sizeof *took, by_size);
    printf("%.0f %.1f\n", took[count / 2], count * 1e6 / all);
    return 0;
}
