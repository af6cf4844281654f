/* Sockets that come and go: connect + accept + close of both, and create + close. */
#include "peer.h"

#include <sys/socket.h>
#include <unistd.h>

struct listener {
    int fd;
    struct sockaddr_in address;
};

/* The client closes by reset (linger 0), or the kernel runs out of ports: each would rest in TIME-WAIT for a minute. */
static void accept_loop(void *state, long count)
{
    const struct listener *listener = state;
    const struct linger reset = { .l_onoff = 1, .l_linger = 0 };
    for (long i = 0; i < count; i++) {
        int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        need(client >= 0, "socket");
        set_timeouts(client);
        need(setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) == 0, "SO_LINGER");
        need(connect(client, (const struct sockaddr *)&listener->address, sizeof listener->address) == 0, "connect");
        struct sockaddr_storage from;
        socklen_t length = sizeof from;
        int server = accept4(listener->fd, (struct sockaddr *)&from, &length, SOCK_CLOEXEC);
        need(server >= 0, "accept4");
        close(client);
        close(server);
    }
}

double run_accept_close(long count)
{
    struct listener listener;
    listener.fd = listen_on_loopback(&listener.address);
    double result = timed(accept_loop, &listener, count);
    close(listener.fd);
    return result;
}

static void create_loop(void *state, long count)
{
    int type = *(const int *)state | SOCK_CLOEXEC;
    for (long i = 0; i < count; i++) {
        int fd = socket(AF_INET, type, 0);
        need(fd >= 0, "socket");
        close(fd);
    }
}

double run_create_close_tcp(long count)
{
    int type = SOCK_STREAM;
    return timed(create_loop, &type, count);
}

double run_create_close_udp(long count)
{
    int type = SOCK_DGRAM;
    return timed(create_loop, &type, count);
}
