/* Frames on the socket: u8 type, u32 length, payload; see docs/WRAPPER_PROTOCOL.md. */
#ifndef CACHEPOT_FRAME_H
#define CACHEPOT_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "invocation.h"

enum { PROTOCOL_VERSION = 2, FRAME_HEADER_BYTES = 5, FRAME_BYTES_MAX = 32 * 1024 * 1024 };

enum frame_type {
    FRAME_REQUEST = 'H',
    FRAME_STDOUT = 'O',
    FRAME_STDERR = 'E',
    FRAME_DONE = 'D',
    FRAME_RUN = 'R',
    FRAME_EXEC = 'X',
    FRAME_WRITE = 'W',
    FRAME_EXIT = 'Q',
    FRAME_REFUSED = 'V',
};

/** The coordinator at the other end. Once something failed, `trouble` says what and nothing more is read. */
struct peer {
    int socket; /* -1 after a hang-up */
    size_t start;
    size_t end;
    char trouble[REASON_MAX];
    unsigned char buffer[64 * 1024]; /* read but not used: start to end */
};

struct frame_header {
    unsigned char type;
    uint32_t length;
};

void peer_open(struct peer *peer, int socket);

/** Closes the socket; the first trouble is kept. */
void peer_hang_up(struct peer *peer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Says that the coordinator is gone, in the words that users know. */
void peer_lost(struct peer *peer);

/** False: the connection broke or the peer sent nonsense; see `trouble`. */
bool peer_read_header(struct peer *peer, struct frame_header *header);
bool peer_read(struct peer *peer, void *bytes, size_t length);

/** What is there of the payload, at least 1 byte and at most `most`; valid until the next read. 0 as false above. */
size_t peer_read_some(struct peer *peer, const unsigned char **bytes, size_t most);

/** Sends all of it, waiting as long as it takes, at most the socket's time limit. */
bool peer_send(struct peer *peer, const void *bytes, size_t length);

unsigned char *put_u16(unsigned char *at, uint16_t value);
unsigned char *put_u32(unsigned char *at, uint32_t value);
unsigned char *put_u64(unsigned char *at, uint64_t value);
unsigned char *put_header(unsigned char *at, enum frame_type type, size_t length);

/** What is left of a payload that is being read; every reader answers false rather than reading past the end. */
struct cursor {
    unsigned char *at;
    size_t left;
};

bool take_u16(struct cursor *cursor, uint16_t *value);
bool take_u32(struct cursor *cursor, uint32_t *value);

/** A string without NUL in it; it is moved down over its own length, so that a terminator has room. */
bool take_string(struct cursor *cursor, char **text);

#endif
