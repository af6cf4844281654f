#!/bin/bash
# Linux (seen with 6.18), AF_PACKET: a VLAN frame arrives without its tag, and a socket for 802.1Q hears nothing
#
# Guess: a packet socket reads frames as they are on the wire: behind the addresses 8100, the tag, the type. One bound to ETH_P_8021Q gets the
# tagged ones.
# Observed: the frame is four bytes shorter, its type follows the addresses. A socket for all protocols has the tag in the control message
# PACKET_AUXDATA alone. The socket for 0x8100 gets nothing. The one for the inner type gets the frame of a VLAN that nobody configured, and its
# PACKET_AUXDATA says 0; only sll_pkttype, PACKET_OTHERHOST for a broadcast, is a hint.
# Why it matters: a program that reads frames with recv() mixes all VLANs and writes untagged frames into captures and bridges; a stack on a packet
# socket answers hosts of a VLAN in the wrong one. Bind to ETH_P_ALL and read PACKET_AUXDATA with recvmsg(), as libpcap does.
source "$(dirname "$0")/support/lib.sh"
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
cat >"$work/tagged.py" <<'P'
import socket, struct, subprocess
SOL_PACKET, PACKET_AUXDATA = 263, 8
subprocess.run("ip link add near type veth peer name far && ip link set near up && ip link set far up", shell=True, check=True)
def bound(name, protocol):
    own = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(protocol))
    own.bind((name, protocol))
    own.settimeout(0.5)
    own.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    return own
sender, every, tagged, inner = bound("near", 3), bound("far", 3), bound("far", 0x8100), bound("far", 0x88B5)
sender.send(bytes.fromhex("ffffffffffff 020000000001 8100 0007 88b5") + bytes(60))
for own in every, tagged, inner:
    try:
        while True:
            data, control, _, address = own.recvmsg(2000, 100)
            if b"\x88\xb5" in data[12:18]:
                break
        print(len(data), data[12:14].hex(), "tag", struct.unpack_from("H", control[0][2], 16)[0], "kind", address[2])
    except TimeoutError:
        print("nothing")
P
expect "of a frame of 78 bytes in VLAN 7: sockets for all, for 802.1Q, for the type inside" \
    "$(unshare -n /usr/bin/python3 "$work/tagged.py")" $'74 88b5 tag 7 kind 1\nnothing\n74 88b5 tag 0 kind 3'
