"""Answers a client that has ended its side, as `nc -N` does. A Pico W does not send after the peer's end.

Runs on desk, fails on picow. On boards: the client keeps its side open until it has the answer.
"""

import socketpool
import wifi

pool = socketpool.SocketPool(wifi.radio)
with pool.socket() as sock:
    sock.settimeout(5)
    sock.connect(("server.test", 80))
    sock.send(b"hello")
    buffer = bytearray(64)
    question = b""
    while count := sock.recv_into(buffer):
        question += buffer[:count]
    sock.send(b"answer to " + question)
    print("answered", question.decode())
