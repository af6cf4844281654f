/*
 * The protocol: "run NAME COUNT" on stdin, nanoseconds per operation on stdout, until stdin ends.
 *
 * With the argument "threaded" a second thread sleeps all the time. That alone makes every call dearer: the kernel counts
 * references to the descriptor (fdget, fput), libc looks for cancellation. It is the floor of any process with threads.
 */
#include "peer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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

static void *sleeper(void *unused)
{
    pause();
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    if (argc > 1 && strcmp(argv[1], "threaded") == 0)
        need(pthread_create(&thread, NULL, sleeper, NULL) == 0, "pthread_create");
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
