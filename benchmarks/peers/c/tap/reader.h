/* The kernel's end of a connection: a thread that reads, and what a reader and the NAPI thread of a device cost. */
#ifndef READER_H
#define READER_H
#include "tap.h"
#include <dirent.h>

struct reader {
    int socket;
    int cpu; /* that the thread has to itself; -1: any */
    long calls, bytes;
    pthread_t thread;
};

static void pin(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (cpu >= 0)
        sched_setaffinity(0, sizeof set, &set);
}

static double thread_cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static void *read_all(void *argument)
{
    struct reader *r = argument;
    static char buffer[262144];
    long count;
    pin(r->cpu);
    while ((count = recv(r->socket, buffer, sizeof buffer, 0)) > 0) {
        r->calls++;
        r->bytes += count;
    }
    close(r->socket);
    return 0;
}

static int listen_at(uint16_t port)
{
    int listener = socket(AF_INET, SOCK_STREAM, 0), buffer = 16 << 20;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    setsockopt(listener, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
    if (bind(listener, (void *)&address, sizeof address) || listen(listener, 5))
        DIE("listen");
    return listener;
}

static void start_reader(struct reader *r, int listener, int cpu)
{
    *r = (struct reader){.socket = accept(listener, 0, 0), .cpu = cpu};
    if (r->socket < 0)
        DIE("accept");
    pthread_create(&r->thread, 0, read_all, r);
}

/* The first number of a file, or 0. */
static double number_in(const char *path)
{
    double number = 0;
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%lf", &number) != 1)
        number = 0;
    if (file)
        fclose(file);
    return number;
}

static int is_named(const char *path, const char *start)
{
    char name[100] = "";
    FILE *file = fopen(path, "r");
    int is = file && fgets(name, sizeof name, file) && !strncmp(name, start, strlen(start));
    if (file)
        fclose(file);
    return is;
}

/* Nanoseconds that the NAPI threads of a device have run. */
static double napi_cpu(const char *device)
{
    DIR *processes = opendir("/proc");
    struct dirent *entry;
    double sum = 0;
    char path[300], name[32];
    snprintf(name, sizeof name, "napi/%s-", device);
    while (processes && (entry = readdir(processes))) {
        snprintf(path, sizeof path, "/proc/%s/comm", entry->d_name);
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9' || !is_named(path, name))
            continue;
        snprintf(path, sizeof path, "/proc/%s/schedstat", entry->d_name);
        sum += number_in(path);
    }
    if (processes)
        closedir(processes);
    return sum;
}
#endif
