/* 64 bytes there and back between two threads: every operation is two sends, two receives and two wake-ups. */
#include "peer.h"

#include <pthread.h>
#include <sys/socket.h>

static void *echo(void *state)
{
    const struct pair *pair = state;
    char data[SMALL];
    while (recv(pair->server, data, sizeof data, 0) == SMALL)
        need(send(pair->server, data, sizeof data, MSG_NOSIGNAL) == SMALL, "send");
    return NULL;
}

static void loop(void *state, long count)
{
    const struct pair *pair = state;
    char data[SMALL] = { 0 };
    for (long i = 0; i < count; i++) {
        need(send(pair->client, data, sizeof data, MSG_NOSIGNAL) == SMALL, "send");
        need(recv(pair->client, data, sizeof data, 0) == SMALL, "recv");
    }
}

double run_ping_pong(long count)
{
    struct pair pair = open_tcp_pair();
    pthread_t thread;
    need(pthread_create(&thread, NULL, echo, &pair) == 0, "pthread_create");
    double result = timed(loop, &pair, count);
    shutdown(pair.client, SHUT_WR);
    pthread_join(thread, NULL);
    close_pair(&pair);
    return result;
}
