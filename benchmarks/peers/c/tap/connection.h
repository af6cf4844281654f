/*
 * The sender's half of a TCP connection over a TAP device, as little of it as a reader on the kernel's end needs: a handshake, full segments of
 * zeros as far as the window goes, a FIN. Nothing is sent again.
 */
#ifndef CONNECTION_H
#define CONNECTION_H
#include "tap.h"
#include <poll.h>

enum { FIN = 1, SYN = 2, ACK = 16 };
enum { MSS = 1460, READER_PORT = 9000, PATIENCE_MS = 2000 };
enum { ETHERNET = 14, IP_HEADER = 20, TCP_HEADER = 20, SYN_OPTIONS = 8 };

struct connection {
    int device;            /* its number: see tap.h */
    int fd;                /* of the device */
    uint16_t port;         /* of this end */
    uint32_t next;         /* SND.NXT */
    uint32_t expected;     /* RCV.NXT */
    uint32_t acknowledged; /* SND.UNA */
    uint32_t window;       /* SND.WND, in bytes */
    int scale;             /* of the window, as the peer has said in its SYN */
    long answers;          /* segments that have come */
};

static void put16(unsigned char *p, uint16_t v)
{
    p[0] = v >> 8;
    p[1] = v;
}

static uint16_t get16(const unsigned char *p)
{
    return p[0] << 8 | p[1];
}

static void put32(unsigned char *p, uint32_t v)
{
    put16(p, v >> 16);
    put16(p + 2, v);
}

static uint32_t get32(const unsigned char *p)
{
    return (uint32_t)get16(p) << 16 | get16(p + 2);
}

/* The hardware address of this end: the kernel's with two bits changed. */
static void put_own_address(unsigned char *p, int device)
{
    memcpy(p, mac[device], 6);
    p[0] |= 2;
    p[5] ^= 1;
}

static void put_ip(unsigned char *ip, int device, int length)
{
    ip[0] = 0x45;
    put16(ip + 2, length);
    ip[6] = 0x40; /* don't fragment */
    ip[8] = 64;
    ip[9] = IPPROTO_TCP;
    put32(ip + 12, 0x0a4d0002 + (device << 8));
    put32(ip + 16, 0x0a4d0001 + (device << 8));
    put16(ip + 10, csum(ip, IP_HEADER, 0));
}

/* Writes the headers of the next segment; its payload is zeros, which no checksum needs. Returns the frame's length. */
static int make_segment(const struct connection *c, unsigned char *frame, int flags, int payload)
{
    static const unsigned char options[SYN_OPTIONS] = {2, 4, MSS >> 8, MSS & 255, 1, 3, 3, 7};
    int header = TCP_HEADER + (flags & SYN ? SYN_OPTIONS : 0);
    unsigned char *ip = frame + ETHERNET, *tcp = ip + IP_HEADER;
    memset(frame, 0, ETHERNET + IP_HEADER + header);
    memcpy(frame, mac[c->device], 6);
    put_own_address(frame + 6, c->device);
    put16(frame + 12, 0x0800);
    put_ip(ip, c->device, IP_HEADER + header + payload);
    put16(tcp, c->port);
    put16(tcp + 2, READER_PORT);
    put32(tcp + 4, c->next);
    put32(tcp + 8, c->expected);
    tcp[12] = header / 4 << 4;
    tcp[13] = flags;
    put16(tcp + 14, 65535);
    if (flags & SYN)
        memcpy(tcp + TCP_HEADER, options, sizeof options);
    uint16_t addresses = ~csum(ip + 12, 8, IPPROTO_TCP + header + payload);
    put16(tcp + 16, csum(tcp, header, addresses));
    return ETHERNET + IP_HEADER + header + payload;
}

static void send_segment(struct connection *c, int flags)
{
    unsigned char frame[ETHERNET + IP_HEADER + TCP_HEADER + SYN_OPTIONS];
    int length = make_segment(c, frame, flags, 0);
    if (write(c->fd, frame, length) != length)
        DIE("segment");
    c->next += flags & (SYN | FIN) ? 1 : 0;
}

/* Turns a question for the address of this end into the answer. */
static void answer_arp(const struct connection *c, unsigned char *frame)
{
    unsigned char *arp = frame + ETHERNET, own[4];
    memcpy(own, arp + 24, 4);
    memcpy(arp + 18, arp + 8, 10); /* the sender is the target now */
    put_own_address(arp + 8, c->device);
    memcpy(arp + 14, own, 4);
    arp[7] = 2;
    memcpy(frame, frame + 6, 6);
    put_own_address(frame + 6, c->device);
    if (write(c->fd, frame, ETHERNET + 28) < 0)
        DIE("arp");
}

static int window_scale(const unsigned char *option, const unsigned char *end)
{
    while (option < end && *option != 0) {
        if (*option == 3)
            return option[2];
        option += *option == 1 ? 1 : option[1];
    }
    return 0;
}

static void take_segment(struct connection *c, const unsigned char *tcp)
{
    c->answers++;
    c->acknowledged = get32(tcp + 8);
    c->window = (uint32_t)get16(tcp + 14) << c->scale;
    if (tcp[13] & SYN) {
        c->expected = get32(tcp + 4) + 1;
        c->scale = window_scale(tcp + TCP_HEADER, tcp + (tcp[12] >> 4) * 4);
    }
}

static int is_arp_question(const unsigned char *frame, long length)
{
    return length >= ETHERNET + 28 && get16(frame + 12) == 0x0806 && get16(frame + ETHERNET + 6) == 1;
}

static int is_segment(const struct connection *c, const unsigned char *frame, long length)
{
    return length >= ETHERNET + IP_HEADER + TCP_HEADER && get16(frame + 12) == 0x0800 && frame[ETHERNET + 9] == IPPROTO_TCP
        && get16(frame + ETHERNET + IP_HEADER + 2) == c->port;
}

/* Takes the segments that have come; with `waits`, until one has. Returns 0 where none came within PATIENCE_MS. */
static int receive_segments(struct connection *c, int waits)
{
    static unsigned char frame[70000];
    int any = 0;
    for (;;) {
        long length = read(c->fd, frame, sizeof frame);
        struct pollfd wait = {c->fd, POLLIN, 0};
        if (length < 0 && (!waits || any))
            return 1;
        if (length < 0 && poll(&wait, 1, PATIENCE_MS) <= 0)
            return 0;
        if (is_arp_question(frame, length))
            answer_arp(c, frame);
        else if (is_segment(c, frame, length)) {
            take_segment(c, frame + ETHERNET + IP_HEADER);
            any = 1;
        }
    }
}

/* Opens a connection from a port of its own. Returns 0 where the reader does not answer. */
static int open_connection(struct connection *c, int device, int fd, uint16_t port)
{
    *c = (struct connection){.device = device, .fd = fd, .port = port, .next = 1000, .acknowledged = 1000};
    send_segment(c, SYN);
    while (c->expected == 0)
        if (!receive_segments(c, 1))
            return 0;
    send_segment(c, ACK);
    return 1;
}

/* How many full segments may be sent now, with at most 1024 that are not acknowledged. */
static int room(const struct connection *c)
{
    int in_flight = (int)(c->next - c->acknowledged) / MSS;
    int in_window = (int)(c->acknowledged + c->window - c->next) / MSS;
    return in_window < 1024 - in_flight ? in_window : 1024 - in_flight;
}
#endif
