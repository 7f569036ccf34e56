// Compiles many units, so many at once, and writes down how each one went.
// usage: build JOBS LOG DIRECTORY COMMAND...
// Each *.c of DIRECTORY is compiled by COMMAND -c NAME.c -o NAME.o there. LOG gets a line for each:
// name, start and end in milliseconds since the first, exit code (128 + n for signal n).
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { UNITS_MAX = 100000, ARGUMENTS_MAX = 64 };

static struct unit {
    char *name;
    pid_t pid;
    long start;
} units[UNITS_MAX];

static long began;

static long now_millis(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000 - began;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct unit *)a)->name, ((const struct unit *)b)->name);
}

static void start(struct unit *unit, int argc, char **argv) {
    unit->start = now_millis();
    unit->pid = fork();
    if (unit->pid != 0) {
        return;
    }
    char source[300], object[300], *arguments[ARGUMENTS_MAX + 5];
    snprintf(source, sizeof source, "%s.c", unit->name);
    snprintf(object, sizeof object, "%s.o", unit->name);
    memcpy(arguments, argv, (size_t)argc * sizeof *argv);
    memcpy(arguments + argc, (char *[]){"-c", source, "-o", object, NULL}, 5 * sizeof *argv);
    execvp(arguments[0], arguments);
    perror(arguments[0]);
    _exit(127);
}

int main(int argc, char **argv) {
    if (argc < 5 || argc - 4 > ARGUMENTS_MAX || chdir(argv[3]) != 0) {
        fprintf(stderr, "usage: build JOBS LOG DIRECTORY COMMAND...\n");
        return 2;
    }
    int jobs = atoi(argv[1]), count = 0, next = 0, running = 0, failed = 0;
    FILE *log = fopen(argv[2], "w");
    DIR *directory = opendir(".");
    if (log == NULL || directory == NULL) {
        perror(argv[2]);
        return 2;
    }
    setvbuf(log, NULL, _IOLBF, 0);
    for (struct dirent *entry = readdir(directory); entry != NULL && count < UNITS_MAX; entry = readdir(directory)) {
        size_t length = strlen(entry->d_name);
        if (length > 2 && strcmp(entry->d_name + length - 2, ".c") == 0) {
            units[count++].name = strndup(entry->d_name, length - 2);
        }
    }
    qsort(units, (size_t)count, sizeof *units, by_name);
    began = now_millis();
    while (next < count || running > 0) {
        while (next < count && running < jobs) {
            start(&units[next++], argc - 4, argv + 4);
            running++;
        }
        int status;
        pid_t pid = wait(&status);
        for (int i = 0; i < next; i++) {
            if (units[i].pid == pid) {
                int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
                fprintf(log, "%s %ld %ld %d\n", units[i].name, units[i].start, now_millis(), code);
                failed += code != 0;
                running--;
                units[i].pid = 0; // the next process with that number is another unit's
                break;
            }
        }
    }
    fclose(log);
    return failed != 0;
}
