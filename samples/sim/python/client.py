"""A program for boards: asks every ten minutes, and again when nothing answers."""

import time

import socketpool
import wifi

pool = socketpool.SocketPool(wifi.radio)
buffer = bytearray(100)
answers = 0
while answers < 10:
    try:
        with pool.socket() as client:
            client.settimeout(5)
            client.connect(("server", 80))
            count = client.recv_into(buffer)
            if count:
                answers += 1
                print(f"{time.monotonic():9.3f}", buffer[:count].decode())
    except OSError as error:
        print(f"{time.monotonic():9.3f}", "no answer:", error.errno)
        time.sleep(30)
        continue
    time.sleep(600)
