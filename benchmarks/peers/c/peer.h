/* What the C contender's files share. Blocking sockets, one system call per operation, no cleverness. */
#ifndef PEER_H
#define PEER_H

#define _GNU_SOURCE
#include <netinet/in.h>
#include <stddef.h>

enum { SMALL = 64, BLOCK = 65536, PIECE = 32, TIMEOUT_SECONDS = 5, SOCKET_BUFFER = 262144 };

/* A pair of sockets that talk to each other over loopback. */
struct pair {
    int client;
    int server;
    struct sockaddr_in client_address;
    struct sockaddr_in server_address;
};

/* Runs the loop a little to warm up, then so many times under the clock; answers nanoseconds per operation. */
double timed(void (*loop)(void *state, long count), void *state, long count);

void fail(const char *what);
void need(int condition, const char *what);
void set_int(int fd, int level, int option, int value);
void set_timeouts(int fd);
int listen_on_loopback(struct sockaddr_in *address);
struct pair open_tcp_pair(void);
struct pair open_udp_pair(int connected);
void close_pair(const struct pair *pair);

/* The benchmarks: as many operations as told, nanoseconds per operation. */
double run_tcp_small(long count);
double run_tcp_blocks(long count);
double run_receive_small(long count);
double run_ping_pong(long count);
double run_udp(long count);
double run_udp_connected(long count);
double run_accept_close(long count);
double run_create_close_tcp(long count);
double run_create_close_udp(long count);

#endif
