"""Talks in a multicast group, and hears itself."""

import struct

import wifi
from desk_net import join

GROUP = "239.255.77.7"
pool = join()


def packed(address):
    return bytes(int(part) for part in address.split("."))


own = str(wifi.radio.ipv4_address)
with pool.socket(pool.AF_INET, pool.SOCK_DGRAM) as sock:
    sock.bind(("", 0))
    port = sock.getsockname()[1]
    sock.setsockopt(pool.IPPROTO_IP, pool.IP_ADD_MEMBERSHIP, struct.pack("4s4s", packed(GROUP), packed(own)))
    sock.settimeout(5)
    with pool.socket(pool.AF_INET, pool.SOCK_DGRAM) as sender:
        sender.bind((own, 0))
        sender.sendto(b"hello from the desk", (GROUP, port))
    buffer = bytearray(64)
    count, _ = sock.recvfrom_into(buffer)
print(buffer[:count].decode())
