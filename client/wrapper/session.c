/* Directive by directive; and the result of a final run when the coordinator cannot say what to do with it. */
#include "session.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "local.h"
#include "message.h"
#include "run.h"

/* The coordinator holds no more of a stream than this either. */
enum { RETAINED_BYTES_MAX = 64 * 1024 * 1024 };

bool retained_reserve(struct retained *retained, size_t length) {
    size_t needed = retained->length + length;
    if (needed > RETAINED_BYTES_MAX) {
        return false;
    }
    if (needed > retained->capacity) {
        size_t capacity = needed * 2;
        unsigned char *frames = realloc(retained->frames, capacity);
        if (frames == NULL) {
            return false;
        }
        retained->frames = frames;
        retained->capacity = capacity;
    }
    return true;
}

void retained_add(struct retained *retained, const unsigned char *frame, size_t length) {
    memcpy(retained->frames + retained->length, frame, length);
    retained->length += length;
}

/* The part of the final run's output that nobody has written yet. */
static void write_retained(struct session *session) {
    struct retained *retained = &session->retained;
    size_t seen[2] = {session->written[0], session->written[1]};
    while (retained->replayed < retained->length) {
        unsigned char *frame = retained->frames + retained->replayed;
        struct cursor header = {frame + 1, 4};
        uint32_t length = 0;
        take_u32(&header, &length);
        int stream = frame[0] == FRAME_STDOUT ? 0 : 1;
        size_t skipped = seen[stream] < length ? seen[stream] : length;
        seen[stream] -= skipped;
        output_write(&session->outputs[stream], frame + FRAME_HEADER_BYTES + skipped, length - skipped);
        retained->replayed += FRAME_HEADER_BYTES + length;
    }
}

static void end_with_final(struct session *session) {
    write_retained(session);
    free(session->retained.frames);
    session->retained.frames = NULL;
    end_like(session->final_status);
}

static void malformed(struct session *session, unsigned char type) {
    peer_hang_up(session->peer, "The coordinator sent a malformed message (type 0x%02x)", type);
}

/* ---- directives ---- */

static void obey_write(struct session *session, const struct frame_header *header) {
    unsigned char stream;
    if (header->length < 1 || !peer_read(session->peer, &stream, 1)) {
        malformed(session, header->type);
        return;
    }
    if (stream != 1 && stream != 2) {
        malformed(session, header->type);
        return;
    }
    for (size_t left = header->length - 1; left > 0;) {
        const unsigned char *bytes;
        size_t taken = peer_read_some(session->peer, &bytes, left);
        if (taken == 0) {
            return;
        }
        output_write(&session->outputs[stream - 1], bytes, taken);
        session->written[stream - 1] += taken;
        left -= taken;
    }
}

static void obey_exit(struct session *session, const struct frame_header *header) {
    unsigned char payload[5];
    if (header->length != sizeof payload || !peer_read(session->peer, payload, sizeof payload)) {
        malformed(session, header->type);
        return;
    }
    struct cursor cursor = {payload + 1, 4};
    uint32_t value = 0;
    take_u32(&cursor, &value);
    bool is_exit = payload[0] == 0 && value <= 255;
    bool is_signal = payload[0] == 1 && value >= 1 && value <= 64;
    if (!is_exit && !is_signal) {
        malformed(session, header->type);
        return;
    }
    free(session->retained.frames);
    session->retained.frames = NULL;
    if (is_signal) {
        die_of_signal((int)value);
    }
    exit((int)value);
}

/* NULL: it did not arrive, or there is no memory for it. */
static unsigned char *read_payload(struct session *session, const struct frame_header *header) {
    unsigned char *payload = malloc(header->length == 0 ? 1 : header->length);
    if (payload == NULL) {
        peer_hang_up(session->peer, "No memory for a message of %u bytes", header->length);
        return NULL;
    }
    if (!peer_read(session->peer, payload, header->length)) {
        free(payload);
        return NULL;
    }
    return payload;
}

static void obey_run(struct session *session, const struct frame_header *header, unsigned char *payload) {
    struct cursor cursor = {payload, header->length};
    struct command command;
    uint32_t flags;
    if (!take_u32(&cursor, &flags) || (flags & ~(uint32_t)RUN_FLAGS_ALL) != 0
        || !command_decode(&command, &cursor, session->invocation)) {
        malformed(session, header->type);
        return;
    }
    run_command(session, &command, flags);
    command_free(&command);
}

static void obey_exec(struct session *session, const struct frame_header *header, unsigned char *payload) {
    struct cursor cursor = {payload, header->length};
    struct command command;
    uint32_t flags;
    if (header->length == 0 && session->invocation->control) {
        peer_hang_up(session->peer, "The coordinator does not know '%.200s'", session->invocation->argv[1]);
        return;
    }
    if (header->length == 0) {
        peer_hang_up(session->peer, "done with it");
        become_compiler(session->invocation);
    }
    if (!take_u32(&cursor, &flags) || flags != 0 || !command_decode(&command, &cursor, session->invocation)) {
        malformed(session, header->type);
        return;
    }
    sigaction(SIGPIPE, &session->invocation->sigpipe, NULL);
    command_become(&command);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    peer_hang_up(session->peer, "The coordinator named '%.500s', which cannot be run", command.path);
    command_free(&command);
}

static void obey_refused(struct session *session, const struct frame_header *header, unsigned char *payload) {
    struct cursor cursor = {payload, header->length};
    uint16_t lowest;
    uint16_t highest;
    char *message;
    if (!take_u16(&cursor, &lowest) || !take_u16(&cursor, &highest) || !take_string(&cursor, &message)) {
        malformed(session, header->type);
        return;
    }
    message[strcspn(message, "\r\n")] = '\0';
    peer_hang_up(session->peer, "%.900s", message);
}

static void obey_with_payload(struct session *session, const struct frame_header *header) {
    unsigned char *payload = read_payload(session, header);
    if (payload == NULL) {
        return;
    }
    if (header->type == FRAME_RUN) {
        obey_run(session, header, payload);
    } else if (header->type == FRAME_EXEC) {
        obey_exec(session, header, payload);
    } else {
        obey_refused(session, header, payload);
    }
    free(payload);
}

static void obey_one(struct session *session, const struct frame_header *header) {
    switch (header->type) {
        case FRAME_RUN:
        case FRAME_EXEC:
        case FRAME_REFUSED:
            obey_with_payload(session, header);
            break;
        case FRAME_WRITE:
            obey_write(session, header);
            break;
        case FRAME_EXIT:
            obey_exit(session, header);
            break;
        default:
            malformed(session, header->type);
    }
}

void session_obey(struct session *session) {
    struct frame_header header;
    while (session->peer->socket >= 0 && peer_read_header(session->peer, &header)) {
        obey_one(session, &header);
    }
    if (session->has_final) {
        end_with_final(session);
    }
}
