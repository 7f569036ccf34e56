/* Where the coordinator's socket is, whether we may trust the place, and connecting to it. */
#ifndef CACHEPOT_ENDPOINT_H
#define CACHEPOT_ENDPOINT_H

#include <stdbool.h>
#include <sys/un.h>

#include "invocation.h"

/** Room for `.failed` and the like after a socket's path. */
enum { SIDE_PATH_MAX = sizeof(((struct sockaddr_un *)0)->sun_path) + 16 };

struct endpoint {
    struct sockaddr_un address;
    char directory[sizeof(((struct sockaddr_un *)0)->sun_path)]; /* empty when the user chose the socket himself */
};

enum reached { REACHED, NOBODY_LISTENS, UNREACHABLE };

/** Works out the path. False with a reason when there is none that could be used. */
bool endpoint_find(struct endpoint *endpoint, char reason[REASON_MAX]);

/** Makes the socket's directory if it is missing. False with a reason when it cannot be made or is not ours alone. */
bool endpoint_prepare(const struct endpoint *endpoint, char reason[REASON_MAX]);

/** Connects; on REACHED `*socket` is open, on UNREACHABLE the reason is set. Never makes a file. */
enum reached endpoint_connect(const struct endpoint *endpoint, int *socket, char reason[REASON_MAX]);

/** The path of a file beside the socket: its path and `suffix`. */
void endpoint_side_path(const struct endpoint *endpoint, const char *suffix, char path[SIDE_PATH_MAX]);

#endif
