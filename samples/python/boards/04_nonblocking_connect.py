"""Connects without waiting and sends later. On an ESP32 such a socket never counts as connected: every send is a BrokenPipeError.

Runs on desk, fails on esp32. On boards: settimeout(seconds) before connect(), settimeout(0) after it.
"""

import time

import socketpool
import wifi

pool = socketpool.SocketPool(wifi.radio)
with pool.socket() as sock:
    sock.settimeout(0)
    try:
        sock.connect(("server.test", 80))
    except OSError:
        pass  # under way
    time.sleep(0.3)
    sock.send(b"hello")
    print("sent")
