/*
 * What a frame to the kernel costs, by ways to send it: writev, write, io_uring, NAPI, several queues.
 *   ./frames KIND [ROUNDS] [FRAMES] [NAME]
 * KIND 0: an unknown EtherType, dropped at once; 1: UDP, dropped at a full socket; 2: UDP, kept in the queue of a socket.
 */
#include "tap.h"

int main(int c, char **v)
{
    int kind = c > 1 ? atoi(v[1]) : 0, rounds = c > 2 ? atoi(v[2]) : 15;
    long N = c > 3 ? atol(v[3]) : 12800;
    const char *only = c > 4 ? v[4] : 0;
    if (unshare(CLONE_NEWNET))
        DIE("unshare");
    ctl = socket(AF_INET, SOCK_DGRAM, 0);
    int t0 = tapopen("t0", 0);
    addr("t0", 0);
    int t1 = tapopen("t1", IFF_NAPI);
    addr("t1", 1);
    int t2 = tapopen("t2", IFF_NAPI | IFF_NAPI_FRAGS);
    addr("t2", 2);
    int t3a = tapopen("t3", IFF_MULTI_QUEUE), t3b = tapopen("t3", IFF_MULTI_QUEUE);
    addr("t3", 3);
    int nul = open("/dev/null", O_RDWR);
    int t4 = tapopen("t4", 0);              /* stays down */
    if (kind)
        udp(9000, 1, 0); /* fills and drops */
    int bigs = kind == 2 ? udp(9001, 64 << 20, 0) : -1;
    int port = kind == 2 ? 9001 : 9000;
    frames = mmap(0, 64 * 2048, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    static struct iovec iov[512];
    struct ring r16, rsq;
    mkring(&r16, 128, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN, t0, frames, 64 * 2048);
    mkring(&rsq, 128, IORING_SETUP_SQPOLL, t0, frames, 64 * 2048);
    struct {
        const char *name;
        int tap, mode, batch;
    } C[] = {{"writev to /dev/null", 0, 10, 0},   {"writev, device down", 0, 11, 0}, {"writev one by one", 0, 0, 0},
             {"write one by one", 0, 1, 0},       {"uring 16 writev", 0, 2, 16},     {"uring 64 writev", 0, 2, 64},
             {"uring 16 fixed", 0, 3, 16},        {"uring 64 fixed", 0, 3, 64},      {"uring SQPOLL 16 fixed", 0, 4, 16},
             {"uring SQPOLL 64 fixed", 0, 4, 64}, {"IFF_NAPI writev", 1, 5, 0},      {"IFF_NAPI_FRAGS writev", 2, 6, 0},
             {"2 queues, 1 thread", 3, 7, 0},     {"2 queues, 2 threads", 3, 8, 0},  {"1 queue, 2 threads", 0, 9, 0}};
    int n = sizeof C / sizeof *C;
    static double W[20][200], U[20][200];
    static long E[20];
    for (int r = 0; r < rounds; r++)
        for (int k0 = 0; k0 < n; k0++) {
            int k = (k0 + r) % n;
            if (only && !strstr(C[k].name, only))
                continue;
            flen = 0;
            for (int i = 0; i < 64; i++)
                flen = build(frames + i * 2048, C[k].tap, kind, port, FR - 42, 0);
            for (int i = 0; i < 256; i++) {
                unsigned char *f = frames + i % 64 * 2048;
                iov[2 * i] = (struct iovec){f, HDR};
                iov[2 * i + 1] = (struct iovec){f + HDR, flen - HDR};
            }
            if (bigs >= 0)
                drain(bigs);
            errs = 0;
            double u = cpu(), w = wall();
            switch (C[k].mode) {
            case 0:
                plain(t0, N, iov);
                break;
            case 1:
                for (long i = 0; i < N; i++)
                    if (write(t0, frames + i % 64 * 2048, flen) != flen)
                        errs++;
                break;
            case 2:
                uring(&r16, N, C[k].batch, 0, iov);
                break;
            case 3:
                uring(&r16, N, C[k].batch, 1, iov);
                break;
            case 4:
                uring(&rsq, N, C[k].batch, 1, iov);
                break;
            case 5:
                plain(t1, N, iov);
                break;
            case 6:
                plain(t2, N, iov);
                break;
            case 7:
                plain(t3a, N, iov);
                break;
            case 8:
            case 9: {
                struct two x = {C[k].mode == 8 ? t3a : t0, N / 2, iov}, y = {C[k].mode == 8 ? t3b : t0, N / 2, iov};
                pthread_t p;
                pthread_create(&p, 0, half, &y);
                half(&x);
                pthread_join(p, 0);
            } break;
            case 10:
                plain(nul, N, iov);
                break;
            case 11:
                plain(t4, N, iov);
                break;
            }
            W[k][r] = (wall() - w) / N;
            U[k][r] = (cpu() - u) / N;
            E[k] += errs;
            if (C[k].mode == 4)
                usleep(60000);
            if (bigs >= 0 && r == 0)
                printf("# %s: %ld bytes arrived\n", C[k].name, drain(bigs));
        }
    printf("kind %d (0 unknown ethertype, 1 UDP full socket, 2 UDP queued), %d rounds of %ld\n", kind, rounds, N);
    for (int k = 0; k < n; k++) {
        if (only && !strstr(C[k].name, only))
            continue;
        qsort(U[k], rounds, 8, cmp);
        qsort(W[k], rounds, 8, cmp);
        printf("%-26s cpu/frame q1 %6.0f median %6.0f ns, wall best %6.0f median %6.0f ns, errs %ld\n", C[k].name, U[k][rounds / 4],
               U[k][rounds / 2], W[k][0], W[k][rounds / 2], E[k]);
    }
}
