"""Joins a multicast group, says hello to it, and prints what the group hears.

With a time to live of 0 it stays on this machine; a board that wants to be heard sets 1.
Settings, from the environment or a board's settings.toml: MULTICAST_GROUP, MULTICAST_PORT, MULTICAST_TTL.
"""

import os
import struct

import socketpool
import wifi

GROUP = os.getenv("MULTICAST_GROUP", "239.255.77.1")
PORT = int(os.getenv("MULTICAST_PORT", "0"))
TTL = int(os.getenv("MULTICAST_TTL", "0"))


def packed(address):
    return bytes(int(part) for part in address.split("."))


wifi.radio.connect(os.getenv("CIRCUITPY_WIFI_SSID", "desk"), os.getenv("CIRCUITPY_WIFI_PASSWORD", ""))
pool = socketpool.SocketPool(wifi.radio)
address = str(wifi.radio.ipv4_address)
buffer = bytearray(256)

with pool.socket(pool.AF_INET, pool.SOCK_DGRAM) as member, pool.socket(pool.AF_INET, pool.SOCK_DGRAM) as sender:
    member.setsockopt(pool.SOL_SOCKET, pool.SO_REUSEADDR, 1)
    member.bind(("", PORT))
    member.setsockopt(pool.IPPROTO_IP, pool.IP_ADD_MEMBERSHIP, struct.pack("4s4s", packed(GROUP), packed(address)))
    member.settimeout(5)
    if PORT == 0:
        PORT = member.getsockname()[1]  # only on a PC: boards have no getsockname

    # Bound to the radio's address, it sends from there.
    sender.bind((address, 0))
    sender.setsockopt(pool.IPPROTO_IP, pool.IP_MULTICAST_TTL, TTL)
    sender.sendto(b"hello, group", (GROUP, PORT))

    count, (host, _) = member.recvfrom_into(buffer)
    print(f"{host} to {GROUP}: {buffer[:count].decode()}")
    member.setsockopt(pool.IPPROTO_IP, pool.IP_DROP_MEMBERSHIP, struct.pack("4s4s", packed(GROUP), packed(address)))
