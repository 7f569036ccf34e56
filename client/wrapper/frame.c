/* The unit of the protocol: type, length, payload; and taking a payload apart safely. */
#include "wrapper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { HEAD_BYTES = 5 };

void put_u16(unsigned char *at, uint32_t value)
{
    at[0] = (unsigned char)(value >> 8);
    at[1] = (unsigned char)value;
}

void put_u32(unsigned char *at, uint32_t value)
{
    put_u16(at, value >> 16);
    put_u16(at + 2, value & 0xffff);
}

void put_u64(unsigned char *at, uint64_t value)
{
    put_u32(at, (uint32_t)(value >> 32));
    put_u32(at + 4, (uint32_t)value);
}

/* Sends all of both parts; MSG_NOSIGNAL, for a coordinator may die at any time. */
static bool send_parts(int socket, struct iovec *parts, size_t count)
{
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
    while (message.msg_iovlen > 0) {
        ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR)
                continue;
            return false;
        }
        size_t left = (size_t)sent;
        while (message.msg_iovlen > 0 && left >= message.msg_iov[0].iov_len) {
            left -= message.msg_iov[0].iov_len;
            message.msg_iov++;
            message.msg_iovlen--;
        }
        if (message.msg_iovlen > 0) {
            message.msg_iov[0].iov_base = (char *)message.msg_iov[0].iov_base + left;
            message.msg_iov[0].iov_len -= left;
        }
    }
    return true;
}

bool frame_send(int socket, char type, const void *payload, size_t size)
{
    unsigned char head[HEAD_BYTES] = {(unsigned char)type};
    put_u32(head + 1, (uint32_t)size);
    struct iovec parts[2] = {{.iov_base = head, .iov_len = sizeof head},
                             {.iov_base = (void *)(uintptr_t)payload, .iov_len = size}};
    return size <= FRAME_BYTES_MAX && send_parts(socket, parts, size > 0 ? 2 : 1);
}

bool frame_read(int socket, struct frame *frame)
{
    unsigned char head[HEAD_BYTES];
    free(frame->payload);
    frame->payload = NULL;
    if (!read_all(socket, head, sizeof head))
        return false;
    struct reader reader = {.at = head + 1, .end = head + sizeof head};
    uint32_t size = reader_u32(&reader);
    if (size > FRAME_BYTES_MAX)
        return false;
    frame->type = (char)head[0];
    frame->size = size;
    frame->payload = allocate((size_t)size + 1);
    frame->payload[size] = 0;
    return read_all(socket, frame->payload, size);
}

static bool has_left(struct reader *reader, size_t size)
{
    if (reader->is_bad || (size_t)(reader->end - reader->at) < size)
        reader->is_bad = true;
    return !reader->is_bad;
}

uint32_t reader_u8(struct reader *reader)
{
    return has_left(reader, 1) ? *reader->at++ : 0;
}

uint32_t reader_u16(struct reader *reader)
{
    uint32_t high = reader_u8(reader);
    return high << 8 | reader_u8(reader);
}

uint32_t reader_u32(struct reader *reader)
{
    uint32_t high = reader_u16(reader);
    return high << 16 | reader_u16(reader);
}

char *reader_string(struct reader *reader)
{
    uint32_t size = reader_u32(reader);
    if (!has_left(reader, size) || memchr(reader->at, 0, size) != NULL) {
        reader->is_bad = true;
        return NULL;
    }
    /* One byte back, over the length: makes room for the zero without copying anywhere else. */
    char *string = (char *)memmove(reader->at - 1, reader->at, size);
    string[size] = 0;
    reader->at += size;
    return string;
}

char **reader_strings(struct reader *reader, size_t *count)
{
    *count = reader_u32(reader);
    if (reader->is_bad || *count > (size_t)(reader->end - reader->at) / 4) {
        reader->is_bad = true;
        *count = 0;
    }
    char **strings = allocate((*count + 1) * sizeof *strings);
    for (size_t i = 0; i < *count; i++)
        strings[i] = reader_string(reader);
    strings[*count] = NULL;
    return strings;
}
