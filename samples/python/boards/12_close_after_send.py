"""Closes straight after a send, and asks the server later what it has. A Pico W resets a closed connection after a second.

Runs on desk, fails on picow when the server is slow. On boards: wait for the server's answer before close().
"""

import time

import socketpool
import wifi

pool = socketpool.SocketPool(wifi.radio)
with pool.socket() as sock:
    sock.settimeout(5)
    sock.connect(("server.test", 80))
    sock.send(bytes(10_000))
time.sleep(3)
with pool.socket() as sock:
    sock.settimeout(5)
    sock.connect(("server.test", 80))
    answer = bytearray(16)
    count = sock.recv_into(answer)
    if int(answer[:count]) < 10_000:
        raise RuntimeError(f"the server has {answer[:count].decode()} of 10000 bytes")
    print("the server has all")
