"""Asks for two datagrams and reads them afterwards. A Pico W keeps one that was not read, and drops the second.

Runs on desk, fails on picow. On boards: receive each before the next is sent.
"""

import time

import socketpool
import wifi

pool = socketpool.SocketPool(wifi.radio)
with pool.socket(type=pool.SOCK_DGRAM) as sock:
    sock.settimeout(2)
    sock.sendto(b"two, please", ("server.test", 80))
    time.sleep(0.3)
    buffer = bytearray(64)
    for _ in range(2):
        count, sender = sock.recvfrom_into(buffer)
        print("received", buffer[:count].decode())
