"""Answers each line that comes over TLS with the same line in capitals.

Settings, from the environment or a board's settings.toml: TLS_HOST, TLS_PORT (0: a free one), TLS_CERTIFICATE, TLS_KEY (files).
How to make a certificate for a desk is said in tls_client.py.
"""

import os
import ssl

import socketpool
import wifi

HOST = os.getenv("TLS_HOST", "127.0.0.1")
PORT = int(os.getenv("TLS_PORT", "8443"))
CERTIFICATE = os.getenv("TLS_CERTIFICATE", "server.pem")
KEY = os.getenv("TLS_KEY", "server.key")

wifi.radio.connect(os.getenv("CIRCUITPY_WIFI_SSID", "desk"), os.getenv("CIRCUITPY_WIFI_PASSWORD", ""))
pool = socketpool.SocketPool(wifi.radio)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
buffer = bytearray(256)

plain = pool.socket(pool.AF_INET, pool.SOCK_STREAM)
plain.setsockopt(pool.SOL_SOCKET, pool.SO_REUSEADDR, 1)
with context.wrap_socket(plain, server_side=True) as listener:
    listener.bind((HOST, PORT))
    listener.listen(4)
    if PORT == 0:
        PORT = listener.getsockname()[1]  # only on a PC: boards have no getsockname
    print(f"serving TLS at {HOST}:{PORT}")
    while True:
        try:
            client, (host, _) = listener.accept()
        except OSError as error:  # a client that does not trust us, or speaks no TLS
            print(f"handshake: {error}")
            continue
        with client:
            client.settimeout(5)
            try:
                while count := client.recv_into(buffer):
                    client.sendall(bytes(buffer[:count]).upper())
                print(f"{host} has gone")
            except OSError as error:
                print(f"{host}: {error}")
