/* The protocol: "run NAME COUNT" on stdin, nanoseconds per operation on stdout, until stdin ends. */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct {
    const char *name;
    double (*run)(long count);
} benchmarks[] = {
    { "tcp-64", run_tcp_small },
    { "tcp-64k", run_tcp_blocks },
    { "recv-32", run_receive_small },
    { "ping-pong", run_ping_pong },
    { "udp-64", run_udp },
    { "udp-64-connected", run_udp_connected },
    { "accept-close", run_accept_close },
    { "create-close-tcp", run_create_close_tcp },
    { "create-close-udp", run_create_close_udp },
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

double timed(void (*loop)(void *state, long count), void *state, long count)
{
    loop(state, count / 16 + 1);
    double start = now();
    loop(state, count);
    return (now() - start) / (double)count;
}

int main(void)
{
    char line[128];
    while (fgets(line, sizeof line, stdin)) {
        char name[64];
        long count;
        if (sscanf(line, "run %63s %ld", name, &count) != 2 || count < 1)
            fail("the line is not \"run NAME COUNT\"");
        size_t i = 0, length = sizeof benchmarks / sizeof benchmarks[0];
        while (i < length && strcmp(benchmarks[i].name, name) != 0)
            i++;
        need(i < length, "no such benchmark");
        printf("%.3f\n", benchmarks[i].run(count));
        fflush(stdout);
    }
    return 0;
}
