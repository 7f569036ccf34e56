/*
 * The loop of one RUN. Everything waits in one poll: signals, the coordinator's hang-up, the child's output, room in the
 * socket and in our own streams. One piece of output is under way at a time; the next is read when it is dealt with, so
 * a slow reader slows the compiler down, as it would without us.
 */
#include "run.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "clock.h"
#include "descendants.h"
#include "message.h"

enum {
    /* A compiler removes its half-written output when it is told to stop; so long it may take. */
    GRACE_MILLIS = 2 * 1000,
    /* `kill -INT -<group>` has reached the child already. One that goes by itself is not told twice. */
    PASS_ON_AFTER_MILLIS = 50,
    PIECE_BYTES_MAX = 64 * 1024,
    DONE_EXITED = 0,
    DONE_SIGNALED = 1,
    DONE_NOT_STARTED = 2,
    DONE_BYTES = 1 + 4 + 4 * 8,
};

enum slot { SLOT_SIGNALS, SLOT_PEER, SLOT_STDOUT, SLOT_STDERR, SLOT_OWN, SLOTS };

/* Output under way: as a frame to the coordinator, as bytes to our own stream. */
struct piece {
    int stream;       /* 0 stdout, 1 stderr */
    size_t length;    /* of the payload */
    size_t sent;      /* of the frame, header included */
    size_t forwarded; /* of the payload */
    unsigned char frame[FRAME_HEADER_BYTES + PIECE_BYTES_MAX];
};

struct run {
    struct session *session;
    uint32_t flags;
    struct child child;
    struct signals signals;
    bool gone; /* the child */
    int status;
    struct rusage usage;
    int64_t started_micros;
    int ending_signal;      /* 0, or what the child is being ended with */
    bool is_ending_ourselves; /* the signal came to us; else the coordinator is lost */
    int64_t pass_on_millis; /* when to send it, 0 = sent or not to be sent */
    int64_t deadline_millis;
    struct piece piece;
};

static bool is_lost(const struct run *run) {
    return run->session->peer->socket < 0;
}

static bool is_final(const struct run *run) {
    return (run->flags & RUN_FINAL) != 0;
}

static bool is_forwarding(const struct run *run) {
    return (run->flags & RUN_FORWARD) != 0 || is_lost(run);
}

/* ---- ending ---- */

static void begin_ending(struct run *run, int signal, bool ourselves, bool child_knows) {
    if (run->ending_signal != 0) {
        return;
    }
    int64_t now = monotonic_millis();
    run->ending_signal = signal;
    run->is_ending_ourselves = ourselves;
    run->deadline_millis = now + GRACE_MILLIS;
    run->pass_on_millis = child_knows ? 0 : ourselves ? now + PASS_ON_AFTER_MILLIS : now;
}

/* The child first, so that it learns of the signal before it learns that its own child died of it. */
static void pass_on(struct run *run, int signal) {
    kill(run->child.id, signal);
    signal_descendants(signal);
}

static void keep_ending(struct run *run) {
    if (run->ending_signal == 0 || run->gone) {
        return;
    }
    int64_t now = monotonic_millis();
    if (run->pass_on_millis != 0 && now >= run->pass_on_millis) {
        run->pass_on_millis = 0;
        pass_on(run, run->ending_signal);
    }
    if (now >= run->deadline_millis) {
        pass_on(run, SIGKILL);
        run->deadline_millis = now + GRACE_MILLIS;
    }
}

static int millis_to_wait(const struct run *run) {
    if (run->ending_signal == 0) {
        return -1;
    }
    int64_t until = run->pass_on_millis != 0 ? run->pass_on_millis : run->deadline_millis;
    int64_t left = until - monotonic_millis();
    return left > 0 ? (int)left : 0;
}

/* ---- the coordinator is gone ---- */

/* What was retained is written from now on by the same loop; a piece that only waited for the socket is done. */
static void react_to_loss(struct run *run) {
    run->piece.sent = FRAME_HEADER_BYTES + run->piece.length;
    if (!is_final(run)) {
        begin_ending(run, SIGTERM, false, false);
    }
}

static void lose(struct run *run) {
    if (!is_lost(run)) {
        peer_lost(run->session->peer);
        react_to_loss(run);
    }
}

/* ---- output ---- */

static bool is_piece_done(const struct run *run) {
    return run->piece.sent == FRAME_HEADER_BYTES + run->piece.length && run->piece.forwarded == run->piece.length;
}

static bool has_to_replay(const struct run *run) {
    return is_lost(run) && run->session->retained.replayed < run->session->retained.length;
}

static bool next_retained(struct run *run) {
    struct retained *retained = &run->session->retained;
    if (!has_to_replay(run)) {
        return false;
    }
    struct cursor header = {retained->frames + retained->replayed + 1, 4};
    uint32_t length = 0;
    take_u32(&header, &length);
    memcpy(run->piece.frame, retained->frames + retained->replayed, FRAME_HEADER_BYTES + length);
    run->piece.stream = run->piece.frame[0] == FRAME_STDOUT ? 0 : 1;
    run->piece.length = length;
    run->piece.sent = FRAME_HEADER_BYTES + length;
    run->piece.forwarded = 0;
    retained->replayed += FRAME_HEADER_BYTES + length;
    return true;
}

static void close_output(struct run *run, int stream) {
    close(run->child.outputs[stream]);
    run->child.outputs[stream] = -1;
}

/*
 * False when it cannot be kept: from here on we do without the coordinator, and nothing is lost. Asked before reading,
 * because what was kept so far has to be written first.
 */
static bool can_retain(struct run *run) {
    if (is_forwarding(run) || !is_final(run)
        || retained_reserve(&run->session->retained, sizeof run->piece.frame)) {
        return true;
    }
    peer_hang_up(run->session->peer, "The compiler's output is too large to be held back");
    react_to_loss(run);
    return false;
}

/* True when there is a new piece. When the child is gone, an empty pipe is at its end, whoever else may hold it. */
static bool read_piece(struct run *run, int stream) {
    struct piece *piece = &run->piece;
    if (run->child.outputs[stream] < 0 || !can_retain(run)) {
        return false;
    }
    ssize_t got = read(run->child.outputs[stream], piece->frame + FRAME_HEADER_BYTES, PIECE_BYTES_MAX);
    if (got < 0 && (errno == EINTR || (errno == EAGAIN && !run->gone))) {
        return false;
    }
    if (got <= 0) {
        close_output(run, stream);
        return false;
    }
    piece->stream = stream;
    piece->length = (size_t)got;
    put_header(piece->frame, stream == 0 ? FRAME_STDOUT : FRAME_STDERR, piece->length);
    bool forwarding = is_forwarding(run);
    piece->forwarded = forwarding ? 0 : piece->length;
    piece->sent = is_lost(run) ? FRAME_HEADER_BYTES + piece->length : 0;
    if (!forwarding && is_final(run)) {
        retained_add(&run->session->retained, piece->frame, FRAME_HEADER_BYTES + piece->length);
    }
    return true;
}

static void send_piece(struct run *run) {
    struct piece *piece = &run->piece;
    size_t whole = FRAME_HEADER_BYTES + piece->length;
    if (piece->sent == whole) {
        return;
    }
    ssize_t sent = send(run->session->peer->socket, piece->frame + piece->sent, whole - piece->sent,
                        MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
        piece->sent += (size_t)sent;
    } else if (errno != EAGAIN && errno != EINTR) {
        lose(run);
    }
}

static void forward_piece(struct run *run) {
    struct piece *piece = &run->piece;
    if (piece->forwarded < piece->length) {
        piece->forwarded += output_try(&run->session->outputs[piece->stream],
                                       piece->frame + FRAME_HEADER_BYTES + piece->forwarded,
                                       piece->length - piece->forwarded);
    }
}

/* ---- one turn of the loop ---- */

static void set_slot(struct pollfd *slot, bool wanted, int descriptor, short events) {
    slot->fd = wanted ? descriptor : -1;
    slot->events = events;
    slot->revents = 0;
}

static void wait_for_something(struct run *run, struct pollfd slots[SLOTS]) {
    const struct piece *piece = &run->piece;
    bool idle = is_piece_done(run);
    bool sending = piece->sent < FRAME_HEADER_BYTES + piece->length;
    bool forwarding = piece->forwarded < piece->length;
    set_slot(&slots[SLOT_SIGNALS], true, run->signals.descriptor, POLLIN);
    set_slot(&slots[SLOT_PEER], true, run->session->peer->socket, (short)(POLLRDHUP | (sending ? POLLOUT : 0)));
    set_slot(&slots[SLOT_STDOUT], idle, run->child.outputs[0], POLLIN);
    set_slot(&slots[SLOT_STDERR], idle, run->child.outputs[1], POLLIN);
    set_slot(&slots[SLOT_OWN], forwarding, run->session->outputs[piece->stream].descriptor, POLLOUT);
    bool has_more = idle && (run->gone || has_to_replay(run));
    if (poll(slots, SLOTS, has_more ? 0 : millis_to_wait(run)) < 0) {
        for (int i = 0; i < SLOTS; i++) {
            slots[i].revents = 0;
        }
    }
}

static void take_signals(struct run *run) {
    struct signalfd_siginfo info;
    while (read(run->signals.descriptor, &info, sizeof info) == (ssize_t)sizeof info) {
        int number = (int)info.ssi_signo;
        if (number != SIGCHLD) {
            /* The terminal tells the whole group at once. */
            begin_ending(run, number, true, info.ssi_code == SI_KERNEL);
        }
    }
    if (!run->gone && wait4(run->child.id, &run->status, WNOHANG, &run->usage) == run->child.id) {
        run->gone = true;
    }
}

static void move_output(struct run *run, const struct pollfd slots[SLOTS]) {
    if ((slots[SLOT_PEER].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) {
        lose(run);
    }
    if (slots[SLOT_OWN].revents != 0) {
        forward_piece(run);
    }
    if (is_piece_done(run) && !next_retained(run)) {
        bool first = slots[SLOT_STDOUT].revents != 0 || run->gone;
        bool second = slots[SLOT_STDERR].revents != 0 || run->gone;
        if (!(first && read_piece(run, 0)) && second) {
            read_piece(run, 1);
        }
    }
    if (!is_lost(run)) {
        send_piece(run);
    }
}

/* Done when the child is gone and its output is dealt with; or, when all is to end, when the child is gone. */
static bool is_over(const struct run *run) {
    if (!run->gone) {
        return false;
    }
    bool drained = run->child.outputs[0] < 0 && run->child.outputs[1] < 0 && is_piece_done(run)
                   && !has_to_replay(run);
    return run->ending_signal != 0 || drained;
}

static void loop(struct run *run) {
    struct pollfd slots[SLOTS];
    while (!is_over(run)) {
        wait_for_something(run, slots);
        if (slots[SLOT_SIGNALS].revents != 0) {
            take_signals(run);
        }
        move_output(run, slots);
        keep_ending(run);
    }
}

/* ---- the report ---- */

static uint64_t micros(struct timeval time) {
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec;
}

static void report(struct session *session, int kind, uint32_t value, const struct rusage *usage, int64_t wall_micros) {
    unsigned char frame[FRAME_HEADER_BYTES + DONE_BYTES];
    unsigned char *at = put_header(frame, FRAME_DONE, DONE_BYTES);
    *at++ = (unsigned char)kind;
    at = put_u32(at, value);
    at = put_u64(at, micros(usage->ru_utime));
    at = put_u64(at, micros(usage->ru_stime));
    at = put_u64(at, (uint64_t)usage->ru_maxrss);
    put_u64(at, (uint64_t)wall_micros);
    peer_send(session->peer, frame, sizeof frame);
}

static void report_end(const struct run *run) {
    bool signaled = WIFSIGNALED(run->status);
    report(run->session, signaled ? DONE_SIGNALED : DONE_EXITED,
           (uint32_t)(signaled ? WTERMSIG(run->status) : WEXITSTATUS(run->status)), &run->usage,
           monotonic_micros() - run->started_micros);
}

static void report_not_started(struct session *session, int error) {
    struct rusage none = {0};
    report(session, DONE_NOT_STARTED, (uint32_t)error, &none, 0);
}

/* ---- all of it ---- */

static void finish_ending(struct run *run) {
    end_descendants(run->ending_signal, run->deadline_millis);
    if (run->is_ending_ourselves) {
        die_of_signal(run->ending_signal);
    }
}

static void run_started(struct run *run) {
    loop(run);
    if (run->ending_signal != 0) {
        finish_ending(run);
    }
    for (int stream = 0; stream < 2; stream++) {
        if (run->child.outputs[stream] >= 0) {
            close_output(run, stream);
        }
    }
    if (is_final(run)) {
        run->session->has_final = true;
        run->session->final_status = run->status;
    }
}

void run_command(struct session *session, const struct command *command, uint32_t flags) {
    struct run run;
    memset(&run, 0, offsetof(struct run, piece) + offsetof(struct piece, frame));
    run.session = session;
    run.flags = flags;
    run.piece.sent = FRAME_HEADER_BYTES;
    run.started_micros = monotonic_micros();
    if ((flags & RUN_FINAL) != 0) {
        session->retained.length = 0;
        session->retained.replayed = 0;
        session->written[0] = 0;
        session->written[1] = 0;
    }
    if (!signals_hold(&run.signals)) {
        report_not_started(session, EMFILE);
        return;
    }
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    int error = child_start(&run.child, command, flags, &run.signals, &session->invocation->sigpipe);
    if (error == 0) {
        run_started(&run);
    }
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    signals_release(&run.signals);
    if (error == 0) {
        report_end(&run);
    } else {
        report_not_started(session, error);
    }
}
