#!/bin/bash
# tcprewrite 4.4.3 (Debian tcpreplay 4.4.3-1): --portmap changes data in the second fragment of a datagram
#
# Guess: only the first fragment has ports, so a later one is left as it is.
# Observed: the first bytes of the second fragment are treated as a UDP header: two 16-bit numbers that equal the old port become the new one, and
# two bytes of data where a checksum would be are "corrected". --fixcsum alone leaves the fragment as it is.
# Why it matters: a replayed capture with large datagrams (RTP video, NFS, DNS with EDNS) carries changed data, and a device under test that
# rejects it is right. Reassemble first, or leave fragments out.
source "$(dirname "$0")/support/lib.sh"
debian tcpreplay=4.4.3-1 libdumbnet1=1.16.3-1
python - "$work/a.pcap" <<'P'
import struct, sys
def sum16(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
def fragment(offset, more, data):
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 7, more << 13 | offset // 8, 64, 17, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
    frame = bytes.fromhex("0200000000010200000000020800") + head[:10] + struct.pack(">H", sum16(head)) + head[12:] + data
    return struct.pack("<IIII", 1, 0, len(frame), len(frame)) + frame
# 48 bytes of data that hold the number 1000, from port 1000, without a checksum.
datagram = struct.pack(">HHHH", 1000, 2000, 56, 0) + struct.pack(">H", 1000) * 24
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + fragment(0, 1, datagram[:24]) + fragment(24, 0, datagram[24:]))
P
# words NUMBER FILE: the first five 16-bit numbers after the IP header of a packet.
words() {
    python - "$@" <<'P'
import struct, sys
data, at = open(sys.argv[2], "rb").read(), 24
for _ in range(int(sys.argv[1])):
    length = struct.unpack_from("<I", data, at + 8)[0]
    packet, at = data[at + 16:at + 16 + length], at + 16 + length
print(*struct.unpack_from(">5H", packet, 34))
P
}
tcprewrite --portmap=1000:1001 -i "$work/a.pcap" -o "$work/b.pcap" 2>"$work/log"
tcprewrite --fixcsum -i "$work/a.pcap" -o "$work/c.pcap" 2>"$work/log"
expect "second fragment" "$(words 2 "$work/a.pcap")" "1000 1000 1000 1000 1000"
expect "first fragment with --portmap" "$(words 1 "$work/b.pcap")" "1001 2000 56 0 1000"
expect "second fragment with --portmap" "$(words 2 "$work/b.pcap")" "1001 1001 1000 998 1000"
expect "second fragment with --fixcsum" "$(words 2 "$work/c.pcap")" "1000 1000 1000 1000 1000"
