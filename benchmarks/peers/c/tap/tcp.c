/*
 * What a TCP segment costs, by ways to send it: a minimal sender on a TAP device, and a reader with a socket of the kernel.
 *   ./tcp ROUNDS SEGMENTS [NAME]
 * ROUNDS is 1 to 100. NAME: only the ways whose name contains it. PIN=1 has the reader on another CPU than the sender, PIN=2 on the same one.
 * The time of the NAPI thread is counted.
 */
#include "connection.h"
#include "reader.h"

enum { MOST_ROUNDS = 100, MOST_IN_BATCH = 32, FRAME_ROOM = 2048, DEVICES = 3, THREADED = 2 };
enum call { WRITEV, WRITE, RING_WRITEV, RING_FIXED };
enum measure { CPU, SENDER, NAPI, WALL, ACKS, READS, MEASURES };

struct way {
    const char *name;
    int device;
    enum call call;
    int batch;
};

static const char *const devices[DEVICES] = {"u0", "u1", "u2"};
static const struct way ways[] = {{"writev", 0, WRITEV, 32},
                                  {"write", 0, WRITE, 32},
                                  {"uring 32 writev", 0, RING_WRITEV, 32},
                                  {"uring 32 fixed", 0, RING_FIXED, 32},
                                  {"uring 8 writev", 0, RING_WRITEV, 8},
                                  {"uring 16 writev", 0, RING_WRITEV, 16},
                                  {"IFF_NAPI writev", 1, WRITEV, 32},
                                  {"IFF_NAPI, NAPI thread", THREADED, WRITEV, 32},
                                  {"writev of 16, then read", 0, WRITEV, 16}};
enum { WAYS = sizeof ways / sizeof *ways };

struct results {
    int count;
    double of[MEASURES][MOST_ROUNDS]; /* for each segment: nanoseconds, or how many */
};

static struct ring ring;
static struct results results[WAYS];

static void open_devices(int *fds)
{
    if (unshare(CLONE_NEWNET) || unshare(CLONE_NEWNS))
        DIE("unshare");
    ctl = socket(AF_INET, SOCK_DGRAM, 0);
    for (int i = 0; i < DEVICES; i++) {
        fds[i] = tapopen(devices[i], i == 0 ? 0 : IFF_NAPI);
        addr(devices[i], i);
    }
    if (system("mount --make-rprivate / && mount -t sysfs s /sys && echo 1 > /sys/class/net/u2/threaded"))
        DIE("threaded");
    frames = mmap(0, MOST_IN_BATCH * FRAME_ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    mkring(&ring, 128, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN, fds[0], frames, MOST_IN_BATCH * FRAME_ROOM);
}

static void send_batch(struct connection *c, const struct way *way)
{
    struct iovec pieces[2 * MOST_IN_BATCH];
    for (int i = 0; i < way->batch; i++) {
        unsigned char *frame = frames + i * FRAME_ROOM;
        flen = make_segment(c, frame, ACK, MSS);
        c->next += MSS;
        pieces[2 * i] = (struct iovec){frame, HDR};
        pieces[2 * i + 1] = (struct iovec){frame + HDR, MSS};
    }
    if (way->call == RING_WRITEV || way->call == RING_FIXED)
        uring(&ring, way->batch, way->batch, way->call == RING_FIXED, pieces);
    else if (way->call == WRITEV)
        plain(c->fd, way->batch, pieces);
    else
        for (int i = 0; i < way->batch; i++)
            if (write(c->fd, frames + i * FRAME_ROOM, flen) != flen)
                errs++;
}

/* Sends so many segments, or a few more: whole batches. Returns how many; fewer where the reader does not answer. */
static long send_segments(struct connection *c, const struct way *way, long segments)
{
    long sent = 0;
    while (sent < segments) {
        if (room(c) >= way->batch) {
            send_batch(c, way);
            sent += way->batch;
            receive_segments(c, 0);
        } else if (!receive_segments(c, 1))
            break;
    }
    return sent;
}

static void note(struct results *r, enum measure measure, double value)
{
    r->of[measure][r->count] = value;
}

/* One connection: opened, so many segments, closed. */
static void run(const struct way *way, struct results *r, int fd, int listener, int reader_cpu, long segments)
{
    static uint16_t port = 20000;
    struct connection c;
    struct reader reader;
    if (!open_connection(&c, way->device, fd, port++)) {
        printf("no answer: %s\n", way->name);
        return;
    }
    start_reader(&reader, listener, reader_cpu);
    c.answers = errs = 0;
    double cpu_before = cpu(), wall_before = wall(), sender_before = thread_cpu();
    double napi_before = way->device == THREADED ? napi_cpu(devices[THREADED]) : 0;
    long sent = send_segments(&c, way, segments);
    double sender = thread_cpu() - sender_before;
    send_segment(&c, FIN | ACK);
    if (sent < segments) {
        printf("stalled: %s after %ld segments, %ld errors\n", way->name, sent, errs);
        shutdown(reader.socket, SHUT_RDWR);
    }
    pthread_join(reader.thread, 0);
    double napi = way->device == THREADED ? napi_cpu(devices[THREADED]) - napi_before : 0;
    if (sent >= segments) {
        note(r, CPU, (cpu() - cpu_before + napi) / sent);
        note(r, SENDER, sender / sent);
        note(r, NAPI, napi / sent);
        note(r, WALL, (wall() - wall_before) / sent);
        note(r, ACKS, (double)c.answers / sent);
        note(r, READS, (double)reader.calls / sent);
        r->count++;
        if (reader.bytes != sent * MSS)
            printf("%ld of %ld bytes arrived: %s\n", reader.bytes, sent * MSS, way->name);
    }
    receive_segments(&c, 0);
}

static double quantile(struct results *r, enum measure measure, int quarters)
{
    return r->of[measure][r->count * quarters / 4];
}

static void print(const struct way *way, struct results *r)
{
    if (r->count == 0)
        return;
    for (int i = 0; i < MEASURES; i++)
        qsort(r->of[i], r->count, sizeof *r->of[i], cmp);
    double best = quantile(r, WALL, 0);
    printf("%-24s cpu/frame q1 %5.0f median %5.0f | sender thread %5.0f | napi thread %5.0f", way->name, quantile(r, CPU, 1),
           quantile(r, CPU, 2), quantile(r, SENDER, 2), quantile(r, NAPI, 2));
    printf(" | wall best %5.0f (%.2f Gbit/s) median %5.0f | acks/frame %.3f recv/frame %.3f (%d)\n", best, MSS * 8 / best,
           quantile(r, WALL, 2), quantile(r, ACKS, 2), quantile(r, READS, 2), r->count);
}

int main(int count, char **arguments)
{
    int rounds = count > 2 ? atoi(arguments[1]) : 0;
    long segments = count > 2 ? atol(arguments[2]) : 0;
    const char *only = count > 3 ? arguments[3] : "";
    int pinning = getenv("PIN") ? atoi(getenv("PIN")) : 0;
    if (rounds < 1 || rounds > MOST_ROUNDS || segments < 1) {
        fprintf(stderr, "usage: tcp ROUNDS SEGMENTS [NAME]\n");
        return 2;
    }
    int fds[DEVICES], listener;
    pin(pinning ? 0 : -1);
    open_devices(fds);
    listener = listen_at(READER_PORT);
    for (int round = 0; round < rounds; round++)
        for (int turn = 0; turn < WAYS; turn++) {
            int i = (turn + round) % WAYS;
            if (strstr(ways[i].name, only))
                run(&ways[i], &results[i], fds[ways[i].device], listener, pinning ? pinning == 1 : -1, segments);
        }
    for (int i = 0; i < WAYS; i++)
        print(&ways[i], &results[i]);
    return 0;
}
