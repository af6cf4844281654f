"""Connects again with the same socket until the server is up. After a failed connect a board's socket is dead.

Runs on desk, fails on picow and esp32. On boards: close the socket and make another for each attempt.
"""

import time

import socketpool
import wifi

pool = socketpool.SocketPool(wifi.radio)
with pool.socket() as sock:
    sock.settimeout(5)
    for attempt in range(10):
        try:
            sock.connect(("server.test", 80))
            break
        except OSError:
            if attempt == 9:
                raise
            time.sleep(0.2)
    print("connected")
