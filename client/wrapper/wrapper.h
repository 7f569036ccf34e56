/*
 * What the parts of the wrapper know of each other. The wrapper is the hands of cachepot: it tells
 * the coordinator what it was invoked with and does what it is told. See docs/WRAPPER_PROTOCOL.md.
 */
#ifndef CACHEPOT_WRAPPER_H
#define CACHEPOT_WRAPPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

extern char **environ;

enum {
    EXIT_TROUBLE = 2,            /* our own errors, as cachepot always had it */
    EXIT_NOT_EXECUTABLE = 126,   /* as a shell has it */
    EXIT_NOT_FOUND = 127,
    PROTOCOL_VERSION = 1,
    FRAME_BYTES_MAX = 32 << 20,
    START_SECONDS_MAX = 10,
    FAILED_START_SECONDS = 5,
    GRACE_MILLIS = 2000
};

/* How we were invoked. */
struct invocation {
    int argc;
    char **argv;
    char self[4096];       /* our own file, links followed */
    const char *name;      /* base name of argv[0] */
    bool is_masquerade;    /* invoked under a compiler's name */
};

/* ---- io.c: whole reads and writes ---- */

/* Writes all of it, waiting where the descriptor does not block. False when nobody reads. */
bool write_all(int fd, const void *bytes, size_t size);
/* Reads exactly size bytes. False at end of file or on error. */
bool read_all(int fd, void *bytes, size_t size);
/* malloc that ends the program when there is no memory. */
void *allocate(size_t size);
/* One line on stderr in one write, so that lines of parallel wrappers do not mix. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- frame.c: the unit of the protocol ---- */

struct frame {
    char type;
    unsigned char *payload; /* one byte more than size, zero, so that a string may end there */
    size_t size;
};

bool frame_send(int socket, char type, const void *payload, size_t size);
/* Reads one; false when the peer has hung up or is broken. The payload is freed by the next call. */
bool frame_read(int socket, struct frame *frame);

/* Takes a payload apart. After any failure is_bad stays set and all further values are zero. */
struct reader {
    unsigned char *at;
    unsigned char *end;
    bool is_bad;
};

uint32_t reader_u8(struct reader *reader);
uint32_t reader_u16(struct reader *reader);
uint32_t reader_u32(struct reader *reader);
/* Strings end with a zero in place: their length field's place is free once it is read. */
char *reader_string(struct reader *reader);
/* An array that ends with NULL; allocated. */
char **reader_strings(struct reader *reader, size_t *count);

void put_u16(unsigned char *at, uint32_t value);
void put_u32(unsigned char *at, uint32_t value);
void put_u64(unsigned char *at, uint64_t value);

/* ---- request.c: our first words ---- */

bool send_request(int socket, const struct invocation *invocation, bool has_started);

/* ---- child.c: running a program ---- */

enum run_flag {
    RUN_CAPTURE_STDOUT = 1,
    RUN_CAPTURE_STDERR = 2,
    RUN_FORWARD = 4,
    RUN_FINAL = 8,
    RUN_STDIN_NULL = 16
};

struct command {
    uint32_t flags;
    char *path;
    char **argv;
    char **changes; /* of the environment: NAME=value sets, NAME unsets */
};

bool read_command(struct reader *reader, struct command *command);
/* Runs it and reports. False when the coordinator was lost and the command was not the final one. */
bool run_command(int socket, const struct command *command);
/* Becomes it; returns only when that fails, with errno set. */
void become(const struct command *command);
/* Dies as the compiler did, without a core file of ours. */
_Noreturn void die_of(int signal_number);

/* ---- local.c: doing without the coordinator ---- */

/* Becomes the command that we were invoked with. */
_Noreturn void run_it_myself(const struct invocation *invocation);

/* ---- start.c: reaching the coordinator ---- */

/*
 * Connects; starts a coordinator first when there is none and may_start. Returns the socket, or -1
 * with the reason, one line, in *reason.
 */
int connect_coordinator(const struct invocation *invocation, bool may_start, bool *has_started,
                        const char **reason);
/* Becomes a coordinator in the foreground; returns the reason when that fails. */
const char *become_coordinator(const struct invocation *invocation);

#endif
