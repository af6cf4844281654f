"""Expects ECONNREFUSED of a server that is down. On boards it is ECONNRESET.

Runs on desk, fails on picow and esp32. On boards: error.errno in (errno.ECONNREFUSED, errno.ECONNRESET).
"""

import errno

import socketpool
import wifi

pool = socketpool.SocketPool(wifi.radio)
with pool.socket() as sock:
    sock.settimeout(5)
    try:
        sock.connect(("server.test", 80))
    except OSError as error:
        if error.errno != errno.ECONNREFUSED:
            raise
        print("refused: no listener")
