/*
 * What the three programs share: TAP devices in a network namespace of the process, frames, io_uring without a library, times.
 * Device n has the kernel's address 10.77.n.1; frames come from 10.77.n.2.
 */
#ifndef TAP_H
#define TAP_H
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/io_uring.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif
/* Ethernet, IPv4 and TCP; the longest frame. */
#define HDR 54
#define FR 1514
#define DIE(x)                                                                                                                             \
    do {                                                                                                                                   \
        perror(x);                                                                                                                         \
        exit(1);                                                                                                                           \
    } while (0)
/* struct virtio_net_hdr */
struct vnet {
    uint8_t flags, gso;
    uint16_t hlen, gsz, cs, co;
} __attribute__((packed));
static __attribute__((unused)) unsigned char mac[8][6];
static __attribute__((unused)) int ctl;

static __attribute__((unused)) double cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}
static __attribute__((unused)) double wall(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

/* Gives the kernel's end of a device its address, and brings it up. */
static __attribute__((unused)) void addr(const char *dev, int n)
{
    struct ifreq r;
    memset(&r, 0, sizeof r);
    strcpy(r.ifr_name, dev);
    struct sockaddr_in *a = (void *)&r.ifr_addr;
    a->sin_family = AF_INET;
    a->sin_addr.s_addr = htonl(0x0a4d0001 + (n << 8));
    if (ioctl(ctl, SIOCSIFADDR, &r))
        DIE("addr");
    a->sin_addr.s_addr = htonl(0xffffff00);
    if (ioctl(ctl, SIOCSIFNETMASK, &r))
        DIE("mask");
    if (ioctl(ctl, SIOCGIFFLAGS, &r))
        DIE("flags");
    r.ifr_flags |= IFF_UP;
    if (ioctl(ctl, SIOCSIFFLAGS, &r))
        DIE("up");
    if (ioctl(ctl, SIOCGIFHWADDR, &r))
        DIE("hw");
    memcpy(mac[n], r.ifr_hwaddr.sa_data, 6);
}
static __attribute__((unused)) int tapopen(const char *dev, int flags)
{
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    if (fd < 0)
        DIE("tun");
    struct ifreq r;
    memset(&r, 0, sizeof r);
    strcpy(r.ifr_name, dev);
    r.ifr_flags = IFF_TAP | IFF_NO_PI | flags;
    if (ioctl(fd, TUNSETIFF, &r))
        DIE("setiff");
    return fd;
}
static __attribute__((unused)) uint16_t csum(const unsigned char *p, int n, uint32_t s)
{
    for (int i = 0; i < n; i += 2)
        s += p[i] << 8 | (i + 1 < n ? p[i + 1] : 0);
    while (s >> 16)
        s = (s & 0xffff) + (s >> 16);
    return ~s;
}
/* A frame: kind 0 has an unknown EtherType, 1 is UDP to a port, without a checksum or with that of the pseudo-header (partial). */
static __attribute__((unused)) int build(unsigned char *f, int n, int kind, int port, int payload, int partial)
{
    memset(f, 0, 14 + 28 + payload);
    memcpy(f, mac[n], 6);
    memcpy(f + 6, mac[n], 6);
    f[6] |= 2;
    f[11] ^= 1;
    if (!kind) {
        f[12] = 0x88;
        f[13] = 0xb6;
        return 42 + payload;
    }
    f[12] = 8;
    unsigned char *ip = f + 14;
    int tl = 28 + payload;
    ip[0] = 0x45;
    ip[2] = tl >> 8;
    ip[3] = tl;
    ip[6] = 0x40;
    ip[8] = 64;
    ip[9] = 17;
    uint32_t s = htonl(0x0a4d0002 + (n << 8)), d = htonl(0x0a4d0001 + (n << 8));
    memcpy(ip + 12, &s, 4);
    memcpy(ip + 16, &d, 4);
    uint16_t c = csum(ip, 20, 0);
    ip[10] = c >> 8;
    ip[11] = c;
    unsigned char *u = ip + 20;
    u[0] = 0x30;
    u[1] = 0x39;
    u[2] = port >> 8;
    u[3] = port;
    u[4] = (8 + payload) >> 8;
    u[5] = 8 + payload;
    if (partial) {
        c = ~csum(ip + 12, 8, 17 + 8 + payload);
        u[6] = c >> 8;
        u[7] = c;
    }
    return 42 + payload;
}
struct ring {
    int fd;
    unsigned *sh, *st, *sm, *sa, *sf, *ch, *ct, *cm;
    struct io_uring_sqe *q;
    struct io_uring_cqe *c;
    int sqpoll;
};
static __attribute__((unused)) void mkring(struct ring *r, unsigned n, unsigned flags, int tap, void *buf, size_t len)
{
    struct io_uring_params p;
    memset(&p, 0, sizeof p);
    p.flags = flags;
    p.sq_thread_idle = 50;
    r->fd = syscall(SYS_io_uring_setup, n, &p);
    if (r->fd < 0)
        DIE("setup");
    r->sqpoll = !!(flags & IORING_SETUP_SQPOLL);
    char *a = mmap(0, p.sq_off.array + p.sq_entries * 4, 3, MAP_SHARED | MAP_POPULATE, r->fd, IORING_OFF_SQ_RING);
    char *b = mmap(0, p.cq_off.cqes + p.cq_entries * 16, 3, MAP_SHARED | MAP_POPULATE, r->fd, IORING_OFF_CQ_RING);
    r->q = mmap(0, p.sq_entries * 64, 3, MAP_SHARED | MAP_POPULATE, r->fd, IORING_OFF_SQES);
    r->sh = (void *)(a + p.sq_off.head);
    r->st = (void *)(a + p.sq_off.tail);
    r->sm = (void *)(a + p.sq_off.ring_mask);
    r->sa = (void *)(a + p.sq_off.array);
    r->sf = (void *)(a + p.sq_off.flags);
    r->ch = (void *)(b + p.cq_off.head);
    r->ct = (void *)(b + p.cq_off.tail);
    r->cm = (void *)(b + p.cq_off.ring_mask);
    r->c = (void *)(b + p.cq_off.cqes);
    if (syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_FILES, &tap, 1))
        DIE("regfile");
    struct iovec v = {buf, len};
    if (syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_BUFFERS, &v, 1))
        DIE("regbuf");
}
static __attribute__((unused)) unsigned char *frames; /* 64 of 2048 bytes */
static __attribute__((unused)) int flen;
static __attribute__((unused)) long errs;
/* Sends by io_uring: WRITEV, or WRITE_FIXED from registered buffers. */
static __attribute__((unused)) void uring(struct ring *r, long total, int batch, int fixed, struct iovec *iov)
{
    for (long done = 0; done < total; done += batch) {
        unsigned t = *r->st;
        for (int i = 0; i < batch; i++, t++) {
            struct io_uring_sqe *q = &r->q[t & *r->sm];
            memset(q, 0, 64);
            q->fd = 0;
            q->flags = IOSQE_FIXED_FILE;
            q->off = -1;
            if (fixed) {
                q->opcode = IORING_OP_WRITE_FIXED;
                q->addr = (uintptr_t)(frames + i % 64 * 2048);
                q->len = flen;
                q->buf_index = 0;
            } else {
                q->opcode = IORING_OP_WRITEV;
                q->addr = (uintptr_t)(iov + 2 * i);
                q->len = 2;
            }
            r->sa[t & *r->sm] = t & *r->sm;
        }
        __atomic_store_n(r->st, t, __ATOMIC_RELEASE);
        if (r->sqpoll) {
            __atomic_thread_fence(__ATOMIC_SEQ_CST);
            if (__atomic_load_n(r->sf, __ATOMIC_ACQUIRE) & IORING_SQ_NEED_WAKEUP)
                syscall(SYS_io_uring_enter, r->fd, 0, 0, IORING_ENTER_SQ_WAKEUP, 0, 0);
            if (__atomic_load_n(r->ct, __ATOMIC_ACQUIRE) - *r->ch < (unsigned)batch)
                syscall(SYS_io_uring_enter, r->fd, 0, batch, IORING_ENTER_GETEVENTS, 0, 0);
        } else if (syscall(SYS_io_uring_enter, r->fd, batch, batch, IORING_ENTER_GETEVENTS, 0, 0) < 0)
            DIE("enter");
        unsigned got = 0, h = *r->ch;
        while (got < (unsigned)batch) {
            unsigned ct = __atomic_load_n(r->ct, __ATOMIC_ACQUIRE);
            while (h != ct) {
                if (r->c[h & *r->cm].res != flen)
                    errs++;
                h++;
                got++;
            }
            __atomic_store_n(r->ch, h, __ATOMIC_RELEASE);
            if (got < (unsigned)batch)
                syscall(SYS_io_uring_enter, r->fd, 0, 1, IORING_ENTER_GETEVENTS, 0, 0);
        }
    }
}
static __attribute__((unused)) void plain(int fd, long total, struct iovec *iov)
{
    for (long i = 0; i < total; i++)
        if (writev(fd, iov + 2 * (i % 64), 2) != flen)
            errs++;
}
struct two {
    int fd;
    long n;
    struct iovec *iov;
};
static __attribute__((unused)) void *half(void *a)
{
    struct two *t = a;
    plain(t->fd, t->n, t->iov);
    return 0;
}
static __attribute__((unused)) int cmp(const void *a, const void *b)
{
    double x = *(double *)a, y = *(double *)b;
    return x < y ? -1 : x > y;
}
static __attribute__((unused)) int udp(int port, int rcvbuf, int gro)
{
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (bind(s, (void *)&a, sizeof a))
        DIE("bind");
    setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &rcvbuf, 4);
    int one = 1;
    if (gro)
        setsockopt(s, 17, 104, &one, 4);
    return s;
}
static __attribute__((unused)) long drain(int s)
{
    static __attribute__((unused)) char b[65536];
    long n = 0, k;
    while ((k = recv(s, b, sizeof b, MSG_DONTWAIT)) >= 0)
        n += k;
    return n;
}
#endif
