/*
 * Walks /proc. The files named `children` would be shorter to read, but a kernel may lack them; parents of all
 * processes are always there. Costs milliseconds, and only when a build is being stopped.
 */
#include "descendants.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

enum { LOOK_AGAIN_MILLIS = 2, ROUNDS_AFTER_KILL = 200 };

struct process {
    pid_t id;
    pid_t parent;
    pid_t session;
    bool below;
};

struct processes {
    struct process *list;
    size_t count;
    size_t capacity;
};

/* `pid (name) state parent group session ...`; the name may hold anything, so the last bracket counts. */
static bool read_process(const char *id, struct process *process) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%.20s/stat", id);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    char text[512];
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length <= 0) {
        return false;
    }
    text[length] = '\0';
    const char *rest = strrchr(text, ')');
    char state;
    int parent;
    int session;
    if (rest == NULL || sscanf(rest + 1, " %c %d %*d %d", &state, &parent, &session) != 3 || state == 'Z') {
        return false;
    }
    *process = (struct process){.id = (pid_t)strtol(id, NULL, 10), .parent = parent, .session = session};
    return true;
}

static bool add_process(struct processes *processes, const struct process *process) {
    if (processes->count == processes->capacity) {
        size_t capacity = processes->capacity == 0 ? 512 : processes->capacity * 2;
        struct process *list = realloc(processes->list, capacity * sizeof *list);
        if (list == NULL) {
            return false;
        }
        processes->list = list;
        processes->capacity = capacity;
    }
    processes->list[processes->count++] = *process;
    return true;
}

static struct processes all_processes(void) {
    struct processes processes = {0};
    DIR *directory = opendir("/proc");
    if (directory == NULL) {
        return processes;
    }
    const struct dirent *entry;
    struct process process;
    while ((entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && read_process(entry->d_name, &process)
            && !add_process(&processes, &process)) {
            break;
        }
    }
    closedir(directory);
    return processes;
}

static bool is_below(const struct processes *processes, const struct process *process, pid_t self, pid_t session) {
    if (process->session != session) {
        return false;
    }
    if (process->parent == self) {
        return true;
    }
    for (size_t i = 0; i < processes->count; i++) {
        if (processes->list[i].below && processes->list[i].id == process->parent) {
            return true;
        }
    }
    return false;
}

/* Marks children, then theirs, until a round finds no more. */
static size_t mark_below(struct processes *processes) {
    pid_t self = getpid();
    pid_t session = getsid(0);
    size_t marked = 0;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < processes->count; i++) {
            struct process *process = &processes->list[i];
            if (!process->below && is_below(processes, process, self, session)) {
                process->below = true;
                more = true;
                marked++;
            }
        }
    }
    return marked;
}

/* Answers how many there are; `signal` 0 only counts. */
static size_t each_descendant(int signal) {
    struct processes processes = all_processes();
    size_t marked = mark_below(&processes);
    for (size_t i = 0; i < processes.count; i++) {
        if (processes.list[i].below && signal != 0) {
            kill(processes.list[i].id, signal);
        }
    }
    free(processes.list);
    return marked;
}

void signal_descendants(int signal) {
    each_descendant(signal);
}

static void reap(void) {
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
}

/* False when we have no child at all; saves the walk in the common case. */
static bool has_child(void) {
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

void end_descendants(int signal, int64_t deadline_millis) {
    reap();
    if (!has_child() || each_descendant(signal) == 0) {
        return;
    }
    int rounds = ROUNDS_AFTER_KILL;
    while (has_child() && rounds > 0) {
        bool late = monotonic_millis() >= deadline_millis;
        if (each_descendant(late ? SIGKILL : 0) == 0) {
            return;
        }
        rounds -= late ? 1 : 0;
        sleep_millis(LOOK_AGAIN_MILLIS);
        reap();
    }
}
