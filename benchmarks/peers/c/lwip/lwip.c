// lwIP beside the stack: both ends of a connection in one lwIP, whose netif gives every packet back with its addresses exchanged, as if two hosts had a
// cable between them. (Packets to its own address lwIP would loop through its thread.) One thread sends a message and receives all of it.
//
//   lwip socket|raw     then lines "BYTES MILLISECONDS" on stdin; each is answered by "OPERATIONS NANOSECONDS"
//
// socket: lwIP's sockets, whose work a thread of lwIP does. raw: its callbacks, all on the calling thread with the core locked.

#include <lwip/ip.h>
#include <lwip/netif.h>
#include <lwip/opt.h>
#include <lwip/sockets.h>
#include <lwip/tcp.h>
#include <lwip/tcpip.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PORT = 7, MOST = 65536 };

static struct netif s_netif;
static char s_out[MOST];
static char s_in[MOST];

static void fail(const char *what)
{
    fprintf(stderr, "lwip: %s failed\n", what);
    exit(1);
}

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

// Packets on the cable, for who calls lwIP without its thread.
enum { PLACES = 256 };
static struct pbuf *s_cable[PLACES];
static int s_first, s_last;
static int s_is_raw;

static err_t output(struct netif *netif, struct pbuf *p, const ip4_addr_t *address)
{
    (void)address;
    struct pbuf *copy = pbuf_clone(PBUF_LINK, PBUF_RAM, p);
    if (copy == NULL)
        return ERR_MEM;
    char *header = copy->payload, source[4];
    memcpy(source, header + 12, 4); // the sums stay right
    memcpy(header + 12, header + 16, 4);
    memcpy(header + 16, source, 4);
    if (s_is_raw) {
        s_cable[s_last++ % PLACES] = copy;
        return ERR_OK;
    }
    if (netif->input(copy, netif) != ERR_OK)
        pbuf_free(copy);
    return ERR_OK;
}

static void carry(void)
{
    while (s_first != s_last)
        ip_input(s_cable[s_first++ % PLACES], &s_netif);
}

static err_t begin(struct netif *netif)
{
    netif->name[0] = 'p';
    netif->name[1] = 'r';
    netif->mtu = 1500;
    netif->output = output;
    netif->flags = NETIF_FLAG_UP | NETIF_FLAG_LINK_UP;
    return ERR_OK;
}

static void on_init(void *semaphore)
{
    ip4_addr_t address, mask, none;
    IP4_ADDR(&address, 192, 0, 2, 1);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&none, 0, 0, 0, 0);
    netif_add(&s_netif, &address, &mask, &none, NULL, begin, tcpip_input);
    netif_set_default(&s_netif);
    netif_set_up(&s_netif);
    sem_post(semaphore);
}

// Sockets.

static int s_near, s_far;

static void connect_sockets(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = INADDR_ANY};
    int one = 1;
    int listener = lwip_socket(AF_INET, SOCK_STREAM, 0);
    if (lwip_bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || lwip_listen(listener, 1) != 0)
        fail("listen");
    address.sin_addr.s_addr = inet_addr("192.0.2.2");
    s_near = lwip_socket(AF_INET, SOCK_STREAM, 0);
    if (lwip_connect(s_near, (struct sockaddr *)&address, sizeof address) != 0)
        fail("connect");
    s_far = lwip_accept(listener, NULL, NULL);
    lwip_setsockopt(s_near, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static void exchange_sockets(int length)
{
    int sent = 0, received = 0;
    while (received < length) {
        if (sent < length) {
            int count = lwip_send(s_near, s_out + sent, length - sent > 16384 ? 16384 : length - sent, 0);
            if (count <= 0)
                fail("send");
            sent += count;
        }
        int count = lwip_recv(s_far, s_in, length - received, 0);
        if (count <= 0)
            fail("recv");
        received += count;
    }
}

// Callbacks.

static struct tcp_pcb *s_sender;
static struct tcp_pcb *s_receiver;
static int s_received;
static int s_is_connected;

static err_t on_received(void *argument, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    (void)argument;
    (void)error;
    if (p == NULL)
        fail("the stream");
    pbuf_copy_partial(p, s_in + s_received, p->tot_len, 0);
    s_received += p->tot_len;
    tcp_recved(pcb, p->tot_len);
    pbuf_free(p);
    return ERR_OK;
}

static err_t on_accepted(void *argument, struct tcp_pcb *pcb, err_t error)
{
    (void)argument;
    (void)error;
    s_receiver = pcb;
    tcp_recv(pcb, on_received);
    return ERR_OK;
}

static err_t on_connected(void *argument, struct tcp_pcb *pcb, err_t error)
{
    (void)argument;
    (void)pcb;
    (void)error;
    s_is_connected = 1;
    return ERR_OK;
}

static void connect_raw(void)
{
    LOCK_TCPIP_CORE();
    struct tcp_pcb *listener = tcp_new();
    ip_addr_t address = IPADDR4_INIT_BYTES(192, 0, 2, 2);
    if (tcp_bind(listener, IP_ADDR_ANY, PORT) != ERR_OK)
        fail("bind");
    tcp_accept(tcp_listen(listener), on_accepted);
    s_sender = tcp_new();
    tcp_nagle_disable(s_sender);
    if (tcp_connect(s_sender, &address, PORT, on_connected) != ERR_OK)
        fail("connect");
    while (!s_is_connected || s_receiver == NULL)
        carry();
    UNLOCK_TCPIP_CORE();
}

static void exchange_raw(int length)
{
    int sent = 0;
    s_received = 0;
    while (s_received < length) {
        int room = tcp_sndbuf(s_sender);
        int count = length - sent < room ? length - sent : room;
        if (count > 0 && tcp_write(s_sender, s_out + sent, count, TCP_WRITE_FLAG_COPY) == ERR_OK)
            sent += count;
        tcp_output(s_sender);
        carry();
    }
}

int main(int count, char **arguments)
{
    int is_raw = s_is_raw = count > 1 && strcmp(arguments[1], "raw") == 0;
    sem_t semaphore;
    sem_init(&semaphore, 0, 0);
    tcpip_init(on_init, &semaphore);
    sem_wait(&semaphore);
    if (is_raw)
        connect_raw();
    else
        connect_sockets();

    int length, milliseconds;
    while (scanf("%d %d", &length, &milliseconds) == 2) {
        if (length < 1 || length > MOST)
            fail("the length");
        long long operations = 0, start = now(), end = start + milliseconds * 1000000LL, time;
        if (is_raw)
            LOCK_TCPIP_CORE();
        do {
            for (int i = 0; i < 16; i++, operations++) {
                if (is_raw)
                    exchange_raw(length);
                else
                    exchange_sockets(length);
            }
            time = now();
        } while (time < end);
        if (is_raw)
            UNLOCK_TCPIP_CORE();
        printf("%lld %lld\n", operations, time - start);
        fflush(stdout);
    }
    return 0;
}
