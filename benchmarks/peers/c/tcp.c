/* TCP in one thread: 64 bytes there, 64 KiB there, and 32 bytes from a full buffer. */
#include "peer.h"

#include <sys/socket.h>

static void small_loop(void *state, long count)
{
    const struct pair *pair = state;
    char data[SMALL] = { 0 };
    for (long i = 0; i < count; i++) {
        need(send(pair->client, data, sizeof data, MSG_NOSIGNAL) == SMALL, "send");
        need(recv(pair->server, data, sizeof data, 0) == SMALL, "recv");
    }
}

static char block[BLOCK];

static void send_block(int fd)
{
    for (ssize_t sent = 0; sent < BLOCK;) {
        ssize_t n = send(fd, block + sent, (size_t)(BLOCK - sent), MSG_NOSIGNAL);
        need(n > 0, "send");
        sent += n;
    }
}

static void blocks_loop(void *state, long count)
{
    const struct pair *pair = state;
    for (long i = 0; i < count; i++) {
        send_block(pair->client);
        for (ssize_t received = 0; received < BLOCK;) {
            ssize_t n = recv(pair->server, block + received, (size_t)(BLOCK - received), 0);
            need(n > 0, "recv");
            received += n;
        }
    }
}

/* Every 2048th operation also fills the buffer again, in every contender. */
static void pieces_loop(void *state, long count)
{
    const struct pair *pair = state;
    char piece[PIECE];
    for (long i = 0; i < count; i++) {
        if (i % (BLOCK / PIECE) == 0)
            send_block(pair->client);
        need(recv(pair->server, piece, sizeof piece, 0) == PIECE, "recv");
    }
}

static double run(void (*loop)(void *, long), long count)
{
    struct pair pair = open_tcp_pair();
    double result = timed(loop, &pair, count);
    close_pair(&pair);
    return result;
}

double run_tcp_small(long count)
{
    return run(small_loop, count);
}

double run_tcp_blocks(long count)
{
    return run(blocks_loop, count);
}

double run_receive_small(long count)
{
    struct pair pair = open_tcp_pair();
    double result = timed(pieces_loop, &pair, (count / 2048 + 1) * 2048);
    close_pair(&pair);
    return result;
}
