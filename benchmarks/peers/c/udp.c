/* UDP in one thread: 64 bytes there and back, with an address on every datagram, and between connected sockets. */
#include "peer.h"

#include <sys/socket.h>

static void unconnected_loop(void *state, long count)
{
    const struct pair *pair = state;
    const struct sockaddr *server = (const struct sockaddr *)&pair->server_address;
    char data[SMALL] = { 0 };
    for (long i = 0; i < count; i++) {
        struct sockaddr_storage from;
        socklen_t length = sizeof from;
        need(sendto(pair->client, data, sizeof data, MSG_NOSIGNAL, server, sizeof pair->server_address) == SMALL, "sendto");
        need(recvfrom(pair->server, data, sizeof data, 0, (struct sockaddr *)&from, &length) == SMALL, "recvfrom");
        need(sendto(pair->server, data, sizeof data, MSG_NOSIGNAL, (struct sockaddr *)&from, length) == SMALL, "sendto");
        length = sizeof from;
        need(recvfrom(pair->client, data, sizeof data, 0, (struct sockaddr *)&from, &length) == SMALL, "recvfrom");
    }
}

static void connected_loop(void *state, long count)
{
    const struct pair *pair = state;
    char data[SMALL] = { 0 };
    for (long i = 0; i < count; i++) {
        need(send(pair->client, data, sizeof data, MSG_NOSIGNAL) == SMALL, "send");
        need(recv(pair->server, data, sizeof data, 0) == SMALL, "recv");
        need(send(pair->server, data, sizeof data, MSG_NOSIGNAL) == SMALL, "send");
        need(recv(pair->client, data, sizeof data, 0) == SMALL, "recv");
    }
}

double run_udp(long count)
{
    struct pair pair = open_udp_pair(0);
    double result = timed(unconnected_loop, &pair, count);
    close_pair(&pair);
    return result;
}

double run_udp_connected(long count)
{
    struct pair pair = open_udp_pair(1);
    double result = timed(connected_loop, &pair, count);
    close_pair(&pair);
    return result;
}
