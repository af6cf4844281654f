#!/bin/bash
# tcpreplay 4.4.3 (Debian tcpreplay 4.4.3-1): frames that the interface refuses are skipped, and the status is 0
#
# Guess: tcpreplay stops, or ends with an error, when a frame of the capture cannot be sent.
# Observed: of five frames two are larger than the MTU. tcpreplay warns ("Message too long"), sends the other three, counts "Failed packets: 2", and ends with
# 0. Its rates count the three.
# Why it matters: a capture taken on the sending host has frames of up to 64 KiB, since the card cuts them later (segmentation offload). Replayed,
# the bulk of the data is missing, and a script that looks at the status says that the device under test lost it.
source "$(dirname "$0")/support/lib.sh"
debian tcpreplay=4.4.3-1 libdumbnet1=1.16.3-1 libpcap0.8=1.10.3-1
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
python - "$work/a.pcap" <<'P'
import struct, sys
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for number, length in enumerate((100, 1500, 1501, 9000, 100)):  # bytes of the IP packet
        frame = bytes.fromhex("020000000001 020000000002 0800") + struct.pack(
            ">BBHHHBBH4s4s", 0x45, 0, length, 0, 0, 64, 253, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + bytes(length - 20)
        file.write(struct.pack("<IIII", 1700000000, number * 1000, len(frame), len(frame)) + frame)
P
cat >"$work/inside" <<'S'
ip link add veth0 type veth peer name veth1 || exit 1
ip link set veth0 up
ip link set veth1 up
timeout 30 tcpreplay -i veth0 "$1" >"$1.log" 2>&1
echo "status $?"
grep -oE '(Successful|Failed) packets: *[0-9]+' "$1.log" | tr -s ' '
grep -o 'Actual: [0-9]* packets' "$1.log"
S
out=$(unshare -n bash "$work/inside" "$work/a.pcap") || skip "no veth in this kernel"
expect "five frames, MTU 1500" "$out" 'status 0
Successful packets: 3
Failed packets: 2
Actual: 3 packets'
