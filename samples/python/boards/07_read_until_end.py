"""Reads without waiting until recv_into() returns 0. On an ESP32 the end is ENOTCONN for a socket that does not wait.

Runs on desk, fails on esp32. On boards: ENOTCONN is the end, too; or settimeout(seconds).
"""

import errno
import time

import socketpool
import wifi

pool = socketpool.SocketPool(wifi.radio)
with pool.socket() as sock:
    sock.settimeout(5)
    sock.connect(("server.test", 80))
    sock.settimeout(0)
    buffer = bytearray(256)
    text = b""
    while True:
        try:
            count = sock.recv_into(buffer)
        except OSError as error:
            if error.errno != errno.EAGAIN:
                raise
            time.sleep(0.01)
            continue
        if count == 0:
            break
        text += buffer[:count]
    print("read", len(text), "bytes")
