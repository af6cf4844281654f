/* Sockets on loopback, set up alike by every contender: TCP_NODELAY, the same buffers, the same timeouts. */
#include "peer.h"

#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

void fail(const char *what)
{
    perror(what);
    exit(1);
}

void need(int condition, const char *what)
{
    if (!condition)
        fail(what);
}

void set_int(int fd, int level, int option, int value)
{
    need(setsockopt(fd, level, option, &value, sizeof value) == 0, "setsockopt");
}

void set_timeouts(int fd)
{
    struct timeval t = { TIMEOUT_SECONDS, 0 };
    need(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t) == 0, "SO_RCVTIMEO");
    need(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t) == 0, "SO_SNDTIMEO");
}

static int open_socket(int type)
{
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    need(fd >= 0, "socket");
    return fd;
}

static void bind_to_loopback(int fd, struct sockaddr_in *address)
{
    socklen_t length = sizeof *address;
    *address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    need(bind(fd, (struct sockaddr *)address, length) == 0, "bind");
    need(getsockname(fd, (struct sockaddr *)address, &length) == 0, "getsockname");
}

int listen_on_loopback(struct sockaddr_in *address)
{
    int fd = open_socket(SOCK_STREAM);
    set_timeouts(fd);
    set_int(fd, SOL_SOCKET, SO_RCVBUF, SOCKET_BUFFER);
    set_int(fd, SOL_SOCKET, SO_SNDBUF, SOCKET_BUFFER);
    bind_to_loopback(fd, address);
    need(listen(fd, 128) == 0, "listen");
    return fd;
}

struct pair open_tcp_pair(void)
{
    struct pair pair = { 0 };
    int listener = listen_on_loopback(&pair.server_address);
    pair.client = open_socket(SOCK_STREAM);
    set_timeouts(pair.client);
    set_int(pair.client, SOL_SOCKET, SO_RCVBUF, SOCKET_BUFFER);
    set_int(pair.client, SOL_SOCKET, SO_SNDBUF, SOCKET_BUFFER);
    need(connect(pair.client, (struct sockaddr *)&pair.server_address, sizeof pair.server_address) == 0, "connect");
    pair.server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    need(pair.server >= 0, "accept4");
    set_timeouts(pair.server);
    set_int(pair.client, IPPROTO_TCP, TCP_NODELAY, 1);
    set_int(pair.server, IPPROTO_TCP, TCP_NODELAY, 1);
    close(listener);
    return pair;
}

struct pair open_udp_pair(int connected)
{
    struct pair pair = { .client = open_socket(SOCK_DGRAM), .server = open_socket(SOCK_DGRAM) };
    set_timeouts(pair.client);
    set_timeouts(pair.server);
    bind_to_loopback(pair.client, &pair.client_address);
    bind_to_loopback(pair.server, &pair.server_address);
    if (connected) {
        socklen_t length = sizeof pair.server_address;
        need(connect(pair.client, (struct sockaddr *)&pair.server_address, length) == 0, "connect");
        need(connect(pair.server, (struct sockaddr *)&pair.client_address, length) == 0, "connect");
    }
    return pair;
}

void close_pair(const struct pair *pair)
{
    close(pair->client);
    close(pair->server);
}
