// A program of one lwIP host, 10.1.1.1, whose packets to itself never leave the process. main() calls host_up() first.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "lwip/inet.h"
#include "lwip/netif.h"
#include "lwip/sockets.h"
#include "lwip/tcpip.h"

static struct netif interface;

static err_t discard(struct netif *netif, struct pbuf *packet, const ip4_addr_t *next_hop) { return ERR_OK; }

static err_t interface_init(struct netif *netif)
{
    netif->output = discard;
    netif->mtu = 1500;
    return ERR_OK;
}

static void add_interface(void *ready)
{
    ip4_addr_t address, mask, gateway;
    IP4_ADDR(&address, 10, 1, 1, 1);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&gateway, 0, 0, 0, 0);
    netif_add(&interface, &address, &mask, &gateway, NULL, interface_init, tcpip_input);
    netif_set_default(&interface);
    netif_set_link_up(&interface);
    netif_set_up(&interface);
    sys_sem_signal(ready);
}

static void host_up(void)
{
    sys_sem_t ready;
    sys_sem_new(&ready, 0);
    tcpip_init(add_interface, &ready);
    sys_arch_sem_wait(&ready, 0);
}

static struct sockaddr_in host_port(int port)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = lwip_htons(port);
    address.sin_addr.s_addr = lwip_htonl(0x0a010101);
    return address;
}

static int listener(int port)
{
    struct sockaddr_in address = host_port(port);
    int socket = lwip_socket(AF_INET, SOCK_STREAM, 0);
    lwip_bind(socket, (struct sockaddr *)&address, sizeof address);
    lwip_listen(socket, 4);
    return socket;
}

static int client(int port)
{
    struct sockaddr_in address = host_port(port);
    int socket = lwip_socket(AF_INET, SOCK_STREAM, 0);
    return lwip_connect(socket, (struct sockaddr *)&address, sizeof address) < 0 ? -1 : socket;
}

// The two ends of a connection.
static void connected(int *own, int *peer)
{
    int listening = listener(0);
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    lwip_getsockname(listening, (struct sockaddr *)&address, &length);
    *own = client(lwip_ntohs(address.sin_port));
    *peer = lwip_accept(listening, NULL, NULL);
}

// Prints the result of a call, and the name of its error.
#define SHOW(name, call) do { errno = 0; long result = (call); int error = errno; \
    printf("%s=%s\n", name, result >= 0 ? "ok" : strerrorname_np(error)); } while (0)
extern const char *strerrorname_np(int error);
