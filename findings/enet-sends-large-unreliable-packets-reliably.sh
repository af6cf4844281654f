#!/bin/bash
# ENet 1.3.17 (Debian libenet7 1.3.17+ds-2): an unreliable packet that is larger than the MTU is sent reliably
#
# Guess: a packet without ENET_PACKET_FLAG_RELIABLE is unreliable whatever its size: it is split, and lost when a part is lost, or refused.
# Observed: a packet of 1000 bytes arrives with flags 0; one of 5000 bytes, sent with flags 0, counts as reliable data in transit and arrives with
# flags 1 (reliable). With ENET_PACKET_FLAG_UNRELIABLE_FRAGMENT (8) nothing is in transit reliably.
# Why it matters: frames of video or of a state that were meant to be dropped are sent again and hold up what follows in their channel, as soon as
# they grow past about 1400 bytes. Set the flag.
source "$(dirname "$0")/support/lib.sh"
need gcc
debian libenet7=1.3.17+ds-2 libenet-dev=1.3.17+ds-2
cat >"$work/program.c" <<'C'
#include <enet/enet.h>
#include <stdio.h>

static ENetHost *server, *client;
static ENetPacket *arrived;

static int serve(ENetEventType wanted)
{
    for (int turn = 0; turn < 500; turn++) {
        ENetEvent event;
        if (enet_host_service(client, &event, 0) > 0 && event.type == wanted) return 1;
        if (enet_host_service(server, &event, 10) > 0 && event.type == ENET_EVENT_TYPE_RECEIVE) { arrived = event.packet; return 1; }
    }
    return 0;
}

int main(void)
{
    ENetAddress address = { 0 };
    enet_initialize();
    enet_address_set_host(&address, "127.0.0.1");
    server = enet_host_create(&address, 1, 1, 0, 0);
    client = enet_host_create(NULL, 1, 1, 0, 0);
    ENetPeer *peer = enet_host_connect(client, &server->address, 1, 0);
    if (!serve(ENET_EVENT_TYPE_CONNECT)) return 1;
    int sizes[] = { 1000, 5000, 5000 }, flags[] = { 0, 0, ENET_PACKET_FLAG_UNRELIABLE_FRAGMENT };
    for (int i = 0; i < 3; i++) {
        enet_peer_send(peer, 0, enet_packet_create(NULL, sizes[i], flags[i]));
        enet_host_flush(client);
        int reliable = peer->reliableDataInTransit;
        if (!serve(ENET_EVENT_TYPE_RECEIVE)) return 1;
        for (int turn = 0; turn < 500 && peer->reliableDataInTransit; turn++) { // until it is acknowledged
            ENetEvent event;
            enet_host_service(server, &event, 5);
            enet_host_service(client, &event, 5);
        }
        printf("%d bytes, flags %d: reliable in transit %d, arrived with flags %d\n", sizes[i], flags[i], reliable, arrived->flags & 9);
    }
}
C
gcc -w -I"$root/usr/include" "$work/program.c" -o "$work/program" "$root/usr/lib/x86_64-linux-gnu/libenet.so.7" || changed "the program no longer compiles"
expect "three packets" "$(timeout 20 "$work/program")" "1000 bytes, flags 0: reliable in transit 0, arrived with flags 0
5000 bytes, flags 0: reliable in transit 5000, arrived with flags 1
5000 bytes, flags 8: reliable in transit 0, arrived with flags 8"
