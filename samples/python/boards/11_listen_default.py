"""Calls listen() without a number. Boards want it.

Runs on desk, fails on picow and esp32. On boards: listen(2).
"""

import os

import socketpool
import wifi

pool = socketpool.SocketPool(wifi.radio)
with pool.socket() as listener:
    listener.bind(("", int(os.getenv("PORT"))))
    listener.listen()
    print("listening")
