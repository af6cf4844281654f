"""A program for boards: answers each client with the temperature, and how often it was asked."""

import socketpool
import wifi

pool = socketpool.SocketPool(wifi.radio)
with pool.socket() as listener:
    listener.bind(("0.0.0.0", 80))
    listener.listen(2)
    print("listening on", wifi.radio.ipv4_address)
    for count in range(1, 11):
        connection, address = listener.accept()
        with connection:
            connection.send(f"21.5 degrees, asked {count} times".encode())
