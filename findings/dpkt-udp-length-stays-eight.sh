#!/bin/bash
# dpkt 1.9.8 (Debian 12): a UDP datagram that it builds says that it is eight bytes long
#
# Guess: bytes(IP(data=UDP(data=...))) fills in the lengths and checksums of both headers.
# Observed: the length of IP is right (31), the length of UDP stays 8, and the checksum agrees with the 8. A caller must set ulen.
# Why it matters: captures and tests made with it hold datagrams that every receiver reads as empty, and a stack that checks the
# lengths drops them.
source "$(dirname "$0")/support/lib.sh"
debian python3-dpkt=1.9.8-1
out=$(python - <<'PYTHON' 2>/dev/null
import struct
from dpkt.ip import IP
from dpkt.udp import UDP
packet = bytes(IP(src=bytes([192, 0, 2, 1]), dst=bytes([192, 0, 2, 2]), p=17, data=UDP(sport=1, dport=2, data=b"abc")))
print(len(packet), struct.unpack_from(">H", packet, 2)[0], struct.unpack_from(">H", packet, 24)[0])
PYTHON
)
expect "bytes, the length of IP, the length of UDP" "$out" '31 31 8'
