/*
 * Times whole processes side by side: every round runs each contestant once, in an order that turns, so that whatever
 * else the machine does falls on all of them. Prints median, fastest, and the ratio of medians to the first contestant;
 * then the mean of processor time, and that ratio.
 *
 *     pairs ROUNDS [-p COMMAND] [-d NAME PID]... NAME COMMAND [NAME COMMAND]...
 *
 * A COMMAND is split at blanks and started without a shell; its output goes to /dev/null. `-p` is run by a shell before
 * each start and is not timed. `-d` names a contestant's daemon, all of whose processor time is added to the contestant's:
 * what it does when the answer is out counts as well. Any command that fails ends the run with 1.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { CONTESTANTS_MAX = 8, WORDS_MAX = 256 };

struct contestant {
    const char *name;
    char *words[WORDS_MAX + 1];
    double *millis;
    double cpu_millis;
    pid_t daemon;
};

_Noreturn static void fail(const char *what, const char *which) {
    fprintf(stderr, "pairs: error: %s: %s\n", what, which);
    exit(1);
}

static void split(struct contestant *contestant, const char *command) {
    char *copy = strdup(command);
    size_t count = 0;
    for (char *word = copy == NULL ? NULL : strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        if (count == WORDS_MAX) {
            fail("too many words", command);
        }
        contestant->words[count++] = word;
    }
    if (count == 0) {
        fail("no command", contestant->name);
    }
}

static double now_millis(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* Of a daemon since its start, with those of its threads that are gone. */
static double daemon_millis(const struct contestant *contestant) {
    clockid_t clock;
    struct timespec time;
    if (contestant->daemon == 0) {
        return 0;
    }
    if (clock_getcpuclockid(contestant->daemon, &clock) != 0 || clock_gettime(clock, &time) != 0) {
        fail("no such daemon", contestant->name);
    }
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static double millis_of(struct timeval time) {
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

static double time_once(struct contestant *contestant, posix_spawn_file_actions_t *silent) {
    pid_t child;
    int status;
    struct rusage usage;
    double start = now_millis();
    if (posix_spawnp(&child, contestant->words[0], silent, NULL, contestant->words, environ) != 0) {
        fail("cannot start", contestant->words[0]);
    }
    while (wait4(child, &status, 0, &usage) < 0) {
    }
    double millis = now_millis() - start;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail("command failed", contestant->name);
    }
    contestant->cpu_millis += millis_of(usage.ru_utime) + millis_of(usage.ru_stime);
    return millis;
}

static int by_size(const void *a, const void *b) {
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(const double *sorted, int count) {
    return count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 0;
    int first = 2;
    const char *prepare = NULL;
    if (first + 1 < argc && strcmp(argv[first], "-p") == 0) {
        prepare = argv[first + 1];
        first += 2;
    }
    int daemons = first;
    while (first + 2 < argc && strcmp(argv[first], "-d") == 0) {
        first += 3;
    }
    int count = (argc - first) / 2;
    if (rounds < 1 || count < 1 || count > CONTESTANTS_MAX || (argc - first) % 2 != 0) {
        fprintf(stderr, "usage: pairs ROUNDS [-p COMMAND] [-d NAME PID]... NAME COMMAND [NAME COMMAND]...\n");
        return 2;
    }
    static struct contestant contestants[CONTESTANTS_MAX];
    for (int i = 0; i < count; i++) {
        contestants[i].name = argv[first + 2 * i];
        split(&contestants[i], argv[first + 2 * i + 1]);
        contestants[i].millis = calloc((size_t)rounds, sizeof(double));
        if (contestants[i].millis == NULL) {
            fail("no memory", contestants[i].name);
        }
        for (int d = daemons; d < first; d += 3) {
            if (strcmp(argv[d + 1], contestants[i].name) == 0) {
                contestants[i].daemon = (pid_t)atoi(argv[d + 2]);
            }
        }
        contestants[i].cpu_millis = -daemon_millis(&contestants[i]);
    }
    posix_spawn_file_actions_t silent;
    posix_spawn_file_actions_init(&silent);
    posix_spawn_file_actions_addopen(&silent, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    for (int round = 0; round < rounds; round++) {
        for (int turn = 0; turn < count; turn++) {
            struct contestant *contestant = &contestants[(round + turn) % count];
            if (prepare != NULL && system(prepare) != 0) {
                fail("command failed", prepare);
            }
            contestant->millis[round] = time_once(contestant, &silent);
        }
    }
    printf("%-22s %10s %10s %10s %8s %10s %8s\n", "", "median ms", "fastest", "slowest", "ratio", "cpu ms", "ratio");
    double base = 0;
    double cpu_base = 0;
    for (int i = 0; i < count; i++) {
        double *millis = contestants[i].millis;
        qsort(millis, (size_t)rounds, sizeof(double), by_size);
        double middle = median(millis, rounds);
        double cpu = (contestants[i].cpu_millis + daemon_millis(&contestants[i])) / rounds;
        base = i == 0 ? middle : base;
        cpu_base = i == 0 ? cpu : cpu_base;
        printf("%-22s %10.2f %10.2f %10.2f %8.2f %10.2f %8.2f\n", contestants[i].name, middle, millis[0],
               millis[rounds - 1], middle / base, cpu, cpu / cpu_base);
    }
    return 0;
}
