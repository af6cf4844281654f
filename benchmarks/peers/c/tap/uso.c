/*
 * What a UDP datagram of 1200 bytes costs, one frame each or 48 in one frame (USO), to the kernel and from it.
 *   ./uso ROUNDS TRAINS
 */
#include "tap.h"

int main(int c, char **v)
{
    if (c < 3) {
        fprintf(stderr, "uso ROUNDS TRAINS\n");
        return 2;
    }
    int rounds = atoi(v[1]), trains = atoi(v[2]);
    enum { SEG = 1200, CNT = 48 };
    if (unshare(CLONE_NEWNET))
        DIE("unshare");
    ctl = socket(AF_INET, SOCK_DGRAM, 0);
    int fd[3];
    const char *nm[] = {"v0", "v1"};
    for (int i = 0; i < 2; i++) {
        fd[i] = tapopen(nm[i], IFF_VNET_HDR);
        int f = 7 | (i ? TUN_F_USO4 | TUN_F_USO6 : 0);
        if (ioctl(fd[i], TUNSETOFFLOAD, f))
            DIE("offload");
        addr(nm[i], i);
    }
    printf("TUN_F_USO4|USO6 accepted\n");
    char cmd[200];
    for (int i = 0; i < 2; i++) {
        sprintf(cmd, "ip neigh add 10.77.%d.2 lladdr 02:00:00:00:00:01 dev %s", i, nm[i]);
        if (system(cmd))
            DIE("neigh");
    }
    int s0 = udp(9000, 16 << 20, 0), s1 = udp(9001, 16 << 20, 1);
    static unsigned char one[2048], big[70000];
    static double U[8][100], Q[8][100];
    const char *N[] = {"single frames, plain socket",
                       "single frames, UDP_GRO socket",
                       "USO train, plain socket",
                       "USO train, UDP_GRO socket",
                       "kernel UDP_SEGMENT out, device without USO",
                       "kernel UDP_SEGMENT out, device with USO",
                       "kernel single sends out"};
    static long got[8], reads[8];
    struct sockaddr_in d[2];
    for (int i = 0; i < 2; i++) {
        memset(&d[i], 0, sizeof d[i]);
        d[i].sin_family = AF_INET;
        d[i].sin_port = htons(7777);
        d[i].sin_addr.s_addr = htonl(0x0a4d0002 + (i << 8));
    }
    int ks = socket(AF_INET, SOCK_DGRAM, 0), kp = socket(AF_INET, SOCK_DGRAM, 0), seg = SEG, sb = 64 << 20;
    setsockopt(ks, SOL_SOCKET, SO_SNDBUFFORCE, &sb, 4);
    setsockopt(kp, SOL_SOCKET, SO_SNDBUFFORCE, &sb, 4);
    if (setsockopt(ks, 17, 103, &seg, 4))
        DIE("seg");
    static unsigned char in[70000];
    for (int r = 0; r < rounds; r++)
        for (int k = 0; k < 7; k++) {
            drain(s0);
            drain(s1);
            for (int i = 0; i < 2; i++)
                while (read(fd[i], in, sizeof in) > 0)
                    ;
            double u = cpu(), drained = 0;
            for (int t = 0; t < trains; t++) {
                if (k < 4) {
                    int port = k & 1 ? 9001 : 9000, s = k & 1 ? s1 : s0;
                    if (k < 2) {
                        struct vnet *h = (void *)one;
                        memset(h, 0, 10);
                        h->flags = 1;
                        h->cs = 34;
                        h->co = 6;
                        int l = build(one + 10, 0, 1, port, SEG, 1);
                        for (int i = 0; i < CNT; i++)
                            if (write(fd[0], one, 10 + l) < 0)
                                DIE("w");
                    } else {
                        struct vnet *h = (void *)big;
                        memset(h, 0, 10);
                        h->flags = 1;
                        h->gso = 5;
                        h->hlen = 42;
                        h->gsz = SEG;
                        h->cs = 34;
                        h->co = 6;
                        static int ready;
                        int l;
                        if (ready != port) {
                            l = build(big + 10, 1, 1, port, SEG * CNT, 1);
                            ready = port;
                        }
                        l = 42 + SEG * CNT;
                        if (write(fd[1], big, 10 + l) < 0)
                            DIE("wbig");
                    }
                    double e = cpu();
                    got[k] += drain(s);
                    drained += cpu() - e;
                } else {
                    int i = k == 5;
                    static char pay[SEG * CNT];
                    if (k < 6) {
                        if (sendto(ks, pay, sizeof pay, 0, (void *)&d[i], sizeof d[i]) < 0)
                            DIE("send");
                    } else
                        for (int j = 0; j < CNT; j++)
                            if (sendto(kp, pay, SEG, 0, (void *)&d[i], sizeof d[i]) < 0)
                                DIE("send1");
                    double e = cpu();
                    long n;
                    while ((n = read(fd[i], in, sizeof in)) > 0)
                        if (n > 1000) {
                            reads[k]++;
                            got[k] += n - 52;
                        }
                    drained += cpu() - e;
                }
            }
            U[k][r] = (cpu() - u) / trains / CNT;
            Q[k][r] = drained / trains / CNT;
        }
    for (int k = 0; k < 7; k++) {
        qsort(U[k], rounds, 8, cmp);
        qsort(Q[k], rounds, 8, cmp);
        printf("%-44s cpu/datagram median %5.0f ns, of which receiving %5.0f; arrived %ld of %ld, tap reads %ld\n", N[k], U[k][rounds / 2],
               Q[k][rounds / 2], got[k], (long)rounds * trains * SEG * CNT, reads[k]);
    }
}
