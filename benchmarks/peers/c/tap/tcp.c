/*
 * A minimal TCP sender on a TAP device, and a reader with a socket of the kernel: what a segment costs, by ways to send it.
 *   ./tcp ROUNDS SEGMENTS [NAME]
 * PIN=1 has the reader on another CPU than the sender, PIN=2 on the same one. The time of the NAPI thread is counted.
 */
#include "tap.h"
#include <sys/wait.h>
#include <poll.h>
#include <dirent.h>
static volatile int stop;
static int lsock;
static double thr_cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}
static double readcpu;
static long readcalls, readbytes;
static void pin(int cpu)
{
    cpu_set_t m;
    CPU_ZERO(&m);
    CPU_SET(cpu, &m);
    sched_setaffinity(0, sizeof m, &m);
}
static int pinned;
static void *reader(void *a)
{
    if (pinned)
        pin(pinned == 1);
    int s = *(int *)a;
    static char b[262144];
    long k;
    double u = thr_cpu();
    long calls = 0, bytes = 0;
    while ((k = recv(s, b, sizeof b, 0)) > 0) {
        calls++;
        bytes += k;
    }
    readcpu = thr_cpu() - u;
    readcalls = calls;
    readbytes = bytes;
    close(s);
    return 0;
}
static double kthread(const char *dev)
{ /* ns of the napi threads of a device */
    DIR *d = opendir("/proc");
    struct dirent *e;
    double sum = 0;
    char p[300], x[100], want[32];
    snprintf(want, 32, "napi/%s-", dev);
    while ((e = readdir(d))) {
        if (e->d_name[0] < '0' || e->d_name[0] > '9')
            continue;
        snprintf(p, 300, "/proc/%s/comm", e->d_name);
        FILE *f = fopen(p, "r");
        if (!f)
            continue;
        x[0] = 0;
        if (!fgets(x, 100, f))
            x[0] = 0;
        fclose(f);
        if (strncmp(x, want, strlen(want)))
            continue;
        snprintf(p, 300, "/proc/%s/schedstat", e->d_name);
        f = fopen(p, "r");
        if (f) {
            double v;
            if (fscanf(f, "%lf", &v) == 1)
                sum += v;
            fclose(f);
        }
    }
    closedir(d);
    return sum;
}
static int sporti = 20000;
struct conn {
    int n, sport;
    uint32_t seq, ack, una, wnd;
    int wscale;
};
static void put32(unsigned char *p, uint32_t v)
{
    p[0] = v >> 24;
    p[1] = v >> 16;
    p[2] = v >> 8;
    p[3] = v;
}
static uint32_t get32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}
static int tcpframe(struct conn *c, unsigned char *f, int flags, int payload, int syn)
{
    int th = syn ? 28 : 20;
    memset(f, 0, 34 + th);
    memcpy(f, mac[c->n], 6);
    memcpy(f + 6, mac[c->n], 6);
    f[6] |= 2;
    f[11] ^= 1;
    f[12] = 8;
    unsigned char *ip = f + 14;
    int tl = 20 + th + payload;
    ip[0] = 0x45;
    ip[2] = tl >> 8;
    ip[3] = tl;
    ip[6] = 0x40;
    ip[8] = 64;
    ip[9] = 6;
    put32(ip + 12, 0x0a4d0002 + (c->n << 8));
    put32(ip + 16, 0x0a4d0001 + (c->n << 8));
    uint16_t s = csum(ip, 20, 0);
    ip[10] = s >> 8;
    ip[11] = s;
    unsigned char *t = ip + 20;
    t[0] = c->sport >> 8;
    t[1] = c->sport;
    t[2] = 9000 >> 8;
    t[3] = 9000 & 255;
    put32(t + 4, c->seq);
    put32(t + 8, c->ack);
    t[12] = th / 4 << 4;
    t[13] = flags;
    t[14] = 255;
    t[15] = 255;
    if (syn) {
        t[20] = 2;
        t[21] = 4;
        t[22] = 1460 >> 8;
        t[23] = 1460 & 255;
        t[24] = 1;
        t[25] = 3;
        t[26] = 3;
        t[27] = 7;
    }
    /* payload is zeros: only the headers count */
    s = csum(ip + 12, 8, 6 + th + payload);
    s = csum(t, th, (uint16_t)~s);
    t[16] = s >> 8;
    t[17] = s;
    return 34 + th + payload;
}
static long acks, reads;
static int pull(int fd, struct conn *c, int wait, unsigned char *out)
{
    static unsigned char b[70000];
    int got = 0;
    for (;;) {
        long k = read(fd, b, sizeof b);
        reads++;
        if (k < 0) {
            if (!wait || got)
                return got;
            struct pollfd p = {fd, POLLIN, 0};
            if (poll(&p, 1, 2000) <= 0) {
                return -1;
            }
            continue;
        }
        if (k >= 42 && b[12] == 8 && b[13] == 6 && b[21] == 1) { /* ARP request: answer */
            memcpy(b, b + 6, 6);
            memcpy(b + 6, mac[c->n], 6);
            b[6] |= 2;
            b[11] ^= 1;
            unsigned char t[4];
            memcpy(t, b + 38, 4);
            memcpy(b + 32, b + 22, 6);
            memcpy(b + 38, b + 28, 4);
            memcpy(b + 22, b + 6, 6);
            memcpy(b + 28, t, 4);
            b[21] = 2;
            if (write(fd, b, 42) < 0)
                DIE("arp");
            continue;
        }
        if (k == 42 && b[12] == 8 && b[13] == 6)
            continue;
        if (k < 54 || b[12] != 8 || b[13] || b[23] != 6)
            continue;
        unsigned char *t = b + 34;
        if ((t[2] << 8 | t[3]) != c->sport)
            continue;
        acks++;
        got = 1;
        c->una = get32(t + 8);
        int w = t[14] << 8 | t[15];
        if (t[13] & 2) {
            c->ack = get32(t + 4) + 1;
            c->wscale = 0;
            for (unsigned char *o = t + 20; o < t + (t[12] >> 4) * 4;) {
                if (*o == 1) {
                    o++;
                    continue;
                }
                if (!*o)
                    break;
                if (*o == 3)
                    c->wscale = o[2];
                o += o[1];
            }
            c->wnd = w;
            if (out)
                *out = 1;
            return 1;
        }
        c->wnd = (uint32_t)w << c->wscale;
    }
}
int main(int c, char **v)
{
    if (c < 3) {
        fprintf(stderr, "tcp ROUNDS SEGMENTS [NAME]\n");
        return 2;
    }
    pinned = getenv("PIN") ? atoi(getenv("PIN")) : 0;
    if (pinned)
        pin(0);
    int rounds = atoi(v[1]);
    long N = atol(v[2]);
    const char *only = c > 3 ? v[3] : 0;
    if (unshare(CLONE_NEWNET))
        DIE("unshare");
    if (unshare(CLONE_NEWNS))
        DIE("ns");
    ctl = socket(AF_INET, SOCK_DGRAM, 0);
    int fd[4];
    fd[0] = tapopen("u0", 0);
    fd[1] = tapopen("u1", IFF_NAPI);
    fd[2] = tapopen("u2", IFF_NAPI);
    addr("u0", 0);
    addr("u1", 1);
    addr("u2", 2);
    if (system("mount --make-rprivate / && mount -t sysfs s /sys && echo 1 > /sys/class/net/u2/threaded && cat /sys/class/net/u2/threaded"))
        DIE("threaded");
    lsock = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(9000)};
    int rb = 16 << 20;
    setsockopt(lsock, SOL_SOCKET, SO_RCVBUFFORCE, &rb, 4);
    if (bind(lsock, (void *)&a, sizeof a) || listen(lsock, 5))
        DIE("listen");
    frames = mmap(0, 64 * 2048, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    struct iovec iov[512];
    struct ring r;
    mkring(&r, 128, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN, fd[0], frames, 64 * 2048);
    struct {
        const char *name;
        int n, mode;
    } C[] = {{"writev", 0, 0},
             {"write", 0, 1},
             {"uring 32 writev", 0, 2},
             {"uring 32 fixed", 0, 3},
             {"uring 8 writev", 0, 12},
             {"uring 16 writev", 0, 13},
             {"IFF_NAPI writev", 1, 0},
             {"IFF_NAPI, NAPI thread", 2, 0},
             {"writev of 16, then read", 0, 5}};
    int n = sizeof C / sizeof *C;
    static double W[10][100], U[10][100], S[10][100], K[10][100], A[10][100], R[10][100];
    int cnt[10] = {0};
    for (int rd = 0; rd < rounds; rd++)
        for (int k0 = 0; k0 < n; k0++) {
            int k = (k0 + rd) % n;
            if (only && !strstr(C[k].name, only))
                continue;
            int f = fd[C[k].n];
            struct conn x = {C[k].n, sporti++, 1000, 0, 1001, 0, 0};
            unsigned char sa = 0;
            memset(frames, 0, 64 * 2048);
            int l = tcpframe(&x, frames, 2, 0, 1);
            if (write(f, frames, l) != l)
                DIE("syn");
            while (!sa)
                if (pull(f, &x, 1, &sa) < 0) {
                    printf("no synack %s\n", C[k].name);
                    goto next;
                }
            x.seq++;
            l = tcpframe(&x, frames, 16, 0, 0);
            if (write(f, frames, l) != l)
                DIE("ack");
            memset(frames, 0, 64 * 2048);
            int s = accept(lsock, 0, 0);
            pthread_t p;
            pthread_create(&p, 0, reader, &s);
            acks = reads = 0;
            errs = 0;
            double u0 = cpu(), w0 = wall(), kt = C[k].n == 2 ? kthread("u2") : 0, s0 = thr_cpu();
            long sent = 0;
            int ok = 1;
            uint32_t limit;
            while (sent < N) {
                limit = x.una + x.wnd;
                int room = (int)(limit - x.seq) / 1460;
                if (room > 1024 - (int)(x.seq - x.una) / 1460)
                    room = 1024 - (int)(x.seq - x.una) / 1460;
                int b = C[k].mode == 12 ? 8 : C[k].mode == 5 || C[k].mode == 13 ? 16 : 32;
                if (room < b) {
                    if (pull(f, &x, 1, 0) < 0) {
                        ok = 0;
                        break;
                    }
                    continue;
                }
                for (int i = 0; i < b; i++) {
                    flen = tcpframe(&x, frames + i * 2048, 16, 1460, 0);
                    x.seq += 1460;
                    iov[2 * i] = (struct iovec){frames + i * 2048, 54};
                    iov[2 * i + 1] = (struct iovec){frames + i * 2048 + 54, 1460};
                }
                if (C[k].mode == 1) {
                    for (int i = 0; i < b; i++)
                        if (write(f, frames + i * 2048, flen) != flen)
                            errs++;
                } else if (C[k].mode > 10 || C[k].mode == 2 || C[k].mode == 3)
                    uring(&r, b, b, C[k].mode == 3, iov);
                else
                    for (int i = 0; i < b; i++)
                        if (writev(f, iov + 2 * i, 2) != flen)
                            errs++;
                sent += b;
                pull(f, &x, 0, 0);
            }
            double sc = thr_cpu() - s0;
            l = tcpframe(&x, frames, 17, 0, 0);
            if (write(f, frames, l) != l)
                DIE("fin");
            if (!ok) {
                printf("stalled %s sent %ld errs %ld\n", C[k].name, sent, errs);
                shutdown(s, SHUT_RDWR);
            }
            pthread_join(p, 0);
            double kn = C[k].n == 2 ? kthread("u2") - kt : 0;
            if (ok) {
                int q = cnt[k]++;
                W[k][q] = (wall() - w0) / sent;
                U[k][q] = (cpu() - u0 + kn) / sent;
                S[k][q] = sc / sent;
                K[k][q] = kn / sent;
                A[k][q] = (double)acks / sent;
                R[k][q] = (double)readcalls / sent;
                if (readbytes != sent * 1460)
                    printf("bytes %ld of %ld\n", readbytes, sent * 1460);
            }
        next:
            for (int i = 0; i < 20; i++) {
                pull(f, &x, 0, 0);
            }
        }
    for (int k = 0; k < n; k++) {
        int m = cnt[k];
        if (!m)
            continue;
        qsort(U[k], m, 8, cmp);
        qsort(W[k], m, 8, cmp);
        qsort(S[k], m, 8, cmp);
        qsort(K[k], m, 8, cmp);
        qsort(A[k], m, 8, cmp);
        qsort(R[k], m, 8, cmp);
        printf("%-24s cpu/frame q1 %5.0f median %5.0f | sender thread %5.0f | napi thread %5.0f | wall best %5.0f (%.2f Gbit/s) median "
               "%5.0f | acks/frame %.3f recv/frame %.3f (%d)\n",
               C[k].name, U[k][m / 4], U[k][m / 2], S[k][m / 2], K[k][m / 2], W[k][0], 1460 * 8 / W[k][0], W[k][m / 2], A[k][m / 2],
               R[k][m / 2], m);
    }
}
