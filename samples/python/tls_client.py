"""Sends a line to a TLS server and prints the answer; the server has to prove who it is.

Settings, from the environment or a board's settings.toml: TLS_HOST, TLS_PORT, TLS_NAME (in the certificate), TLS_CA (a file).
A certificate for a desk: openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost
-keyout server.key -out server.pem
"""

import os
import ssl

import socketpool
import wifi

HOST = os.getenv("TLS_HOST", "127.0.0.1")
PORT = int(os.getenv("TLS_PORT", "8443"))
NAME = os.getenv("TLS_NAME", "localhost")
CA = os.getenv("TLS_CA", "server.pem")

wifi.radio.connect(os.getenv("CIRCUITPY_WIFI_SSID", "desk"), os.getenv("CIRCUITPY_WIFI_PASSWORD", ""))
pool = socketpool.SocketPool(wifi.radio)
context = ssl.create_default_context()
with open(CA) as file:
    context.load_verify_locations(cadata=file.read())

buffer = bytearray(256)
with context.wrap_socket(pool.socket(pool.AF_INET, pool.SOCK_STREAM), server_hostname=NAME) as sock:
    sock.settimeout(10)
    sock.connect((HOST, PORT))
    sock.sendall(b"hello over TLS\n")
    answer = b""
    while not answer.endswith(b"\n"):
        count = sock.recv_into(buffer)
        if count == 0:
            break
        answer += buffer[:count]
    print(answer.decode().strip())
