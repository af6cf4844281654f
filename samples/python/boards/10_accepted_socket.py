"""Waits for the question of a client that it has accepted. On an ESP32 an accepted socket does not wait.

Runs on desk, fails on esp32. On boards: settimeout(seconds) on what accept() returned.
"""

import os

import socketpool
import wifi

pool = socketpool.SocketPool(wifi.radio)
with pool.socket() as listener:
    listener.settimeout(10)
    listener.bind(("", int(os.getenv("PORT"))))
    listener.listen(1)
    print("listening")
    client, address = listener.accept()
    with client:
        question = bytearray(64)
        count = client.recv_into(question)
        client.send(question[:count])
        print("answered")
