"""Expects CPython's exception classes. Boards have OSError and BrokenPipeError alone: ConnectionRefusedError is a NameError there.

Runs on desk, fails on picow and esp32. On boards: except OSError as error, and compare error.errno.
"""

import socketpool
import wifi

pool = socketpool.SocketPool(wifi.radio)
with pool.socket() as sock:
    sock.settimeout(5)
    try:
        sock.connect(("server.test", 80))
    except ConnectionRefusedError:
        print("refused: no listener")
