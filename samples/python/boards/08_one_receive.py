"""Takes a response of 4000 bytes with one recv_into(). A Pico W gives one segment a call, 1460 bytes at most.

Runs on desk, fails on picow. On boards: recv_into() in a loop until all has come.
"""

import time

import socketpool
import wifi

pool = socketpool.SocketPool(wifi.radio)
with pool.socket() as sock:
    sock.settimeout(5)
    sock.connect(("server.test", 80))
    time.sleep(0.5)  # all of it has come
    response = bytearray(4096)
    count = sock.recv_into(response)
    if count < 4000:
        raise RuntimeError(f"the response has {count} bytes")
    print("read", count, "bytes")
