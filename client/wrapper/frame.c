/* Reading and writing frames, and the numbers and strings in them. */
#include "frame.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void peer_open(struct peer *peer, int socket) {
    peer->socket = socket;
    peer->start = 0;
    peer->end = 0;
    peer->trouble[0] = '\0';
}

void peer_hang_up(struct peer *peer, const char *format, ...) {
    if (peer->socket < 0) {
        return;
    }
    close(peer->socket);
    peer->socket = -1;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(peer->trouble, sizeof peer->trouble, format, arguments);
    va_end(arguments);
}

void peer_lost(struct peer *peer) {
    peer_hang_up(peer, "The coordinator looks like it shut down unexpectedly");
}

/* One receive into the empty buffer. */
static bool peer_fill(struct peer *peer) {
    if (peer->socket < 0) {
        return false;
    }
    ssize_t got;
    do {
        got = recv(peer->socket, peer->buffer, sizeof peer->buffer, 0);
    } while (got < 0 && errno == EINTR);
    if (got <= 0) {
        peer_lost(peer);
        return false;
    }
    peer->start = 0;
    peer->end = (size_t)got;
    return true;
}

size_t peer_read_some(struct peer *peer, const unsigned char **bytes, size_t most) {
    if (peer->start == peer->end && !peer_fill(peer)) {
        return 0;
    }
    size_t there = peer->end - peer->start;
    size_t taken = there < most ? there : most;
    *bytes = peer->buffer + peer->start;
    peer->start += taken;
    return taken;
}

bool peer_read(struct peer *peer, void *bytes, size_t length) {
    unsigned char *to = bytes;
    while (length > 0) {
        const unsigned char *some;
        size_t taken = peer_read_some(peer, &some, length);
        if (taken == 0) {
            return false;
        }
        memcpy(to, some, taken);
        to += taken;
        length -= taken;
    }
    return true;
}

bool peer_read_header(struct peer *peer, struct frame_header *header) {
    unsigned char bytes[FRAME_HEADER_BYTES];
    if (!peer_read(peer, bytes, sizeof bytes)) {
        return false;
    }
    struct cursor cursor = {bytes + 1, sizeof bytes - 1};
    header->type = bytes[0];
    take_u32(&cursor, &header->length);
    if (header->length > FRAME_BYTES_MAX) {
        peer_hang_up(peer, "The coordinator announced a message of %u bytes, at most %d are allowed",
                     header->length, FRAME_BYTES_MAX);
        return false;
    }
    return true;
}

bool peer_send(struct peer *peer, const void *bytes, size_t length) {
    const unsigned char *from = bytes;
    while (length > 0 && peer->socket >= 0) {
        ssize_t sent = send(peer->socket, from, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent < 0) {
            peer_lost(peer);
            break;
        }
        from += sent;
        length -= (size_t)sent;
    }
    return length == 0;
}

unsigned char *put_u16(unsigned char *at, uint16_t value) {
    at[0] = (unsigned char)(value >> 8);
    at[1] = (unsigned char)value;
    return at + 2;
}

unsigned char *put_u32(unsigned char *at, uint32_t value) {
    return put_u16(put_u16(at, (uint16_t)(value >> 16)), (uint16_t)value);
}

unsigned char *put_u64(unsigned char *at, uint64_t value) {
    return put_u32(put_u32(at, (uint32_t)(value >> 32)), (uint32_t)value);
}

unsigned char *put_header(unsigned char *at, enum frame_type type, size_t length) {
    at[0] = (unsigned char)type;
    return put_u32(at + 1, (uint32_t)length);
}

bool take_u16(struct cursor *cursor, uint16_t *value) {
    if (cursor->left < 2) {
        return false;
    }
    *value = (uint16_t)(cursor->at[0] << 8 | cursor->at[1]);
    cursor->at += 2;
    cursor->left -= 2;
    return true;
}

bool take_u32(struct cursor *cursor, uint32_t *value) {
    uint16_t high;
    uint16_t low;
    if (cursor->left < 4 || !take_u16(cursor, &high) || !take_u16(cursor, &low)) {
        return false;
    }
    *value = (uint32_t)high << 16 | low;
    return true;
}

bool take_string(struct cursor *cursor, char **text) {
    uint32_t length;
    if (!take_u32(cursor, &length) || length > cursor->left || memchr(cursor->at, '\0', length) != NULL) {
        return false;
    }
    *text = (char *)cursor->at - 4;
    memmove(*text, cursor->at, length);
    (*text)[length] = '\0';
    cursor->at += length;
    cursor->left -= length;
    return true;
}
