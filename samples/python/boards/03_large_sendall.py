"""Sends 100 KB with one sendall(). An ESP32 has 5760 bytes to send from, and sendall() fails with EAGAIN when they are in use.

Runs on desk, fails on esp32. On boards: send() in a loop, and again after EAGAIN.
"""

import socketpool
import wifi

pool = socketpool.SocketPool(wifi.radio)
with pool.socket() as sock:
    sock.settimeout(10)
    sock.connect(("server.test", 80))
    sock.sendall(bytes(100_000))
    answer = bytearray(16)
    count = sock.recv_into(answer)
    print("the server has", answer[:count].decode(), "bytes")
