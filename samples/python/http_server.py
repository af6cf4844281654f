"""Serves a page over HTTP/1.1 that counts its visitors.

Settings, from the environment or a board's settings.toml: HTTP_HOST (a board: its own address), HTTP_PORT (0: a free one).
"""

import os

import socketpool
import wifi

HOST = os.getenv("HTTP_HOST", "127.0.0.1")
PORT = int(os.getenv("HTTP_PORT", "8000"))

buffer = bytearray(1024)


def read_request(sock):
    """The request's first line; the rest of its header is read and forgotten. None when the client left."""
    request = b""
    while b"\r\n\r\n" not in request:
        count = sock.recv_into(buffer)
        if count == 0:
            return None
        request += buffer[:count]
        if len(request) > 8192:
            return ""
    return request.split(b"\r\n", 1)[0].decode()


def answer(line, visits):
    """(Status, body)"""
    parts = line.split()
    if len(parts) != 3:
        return "400 Bad Request", "?\n"
    if parts[0] != "GET":
        return "405 Method Not Allowed", "GET only\n"
    if parts[1] != "/":
        return "404 Not Found", f"no {parts[1]} here\n"
    return "200 OK", f"Hello, visitor {visits}\n"


wifi.radio.connect(os.getenv("CIRCUITPY_WIFI_SSID", "desk"), os.getenv("CIRCUITPY_WIFI_PASSWORD", ""))
pool = socketpool.SocketPool(wifi.radio)
visits = 0
with pool.socket(pool.AF_INET, pool.SOCK_STREAM) as listener:
    listener.setsockopt(pool.SOL_SOCKET, pool.SO_REUSEADDR, 1)
    listener.bind((HOST, PORT))
    listener.listen(4)
    if PORT == 0:
        PORT = listener.getsockname()[1]  # only on a PC: boards have no getsockname
    print(f"serving http://{HOST}:{PORT}/")
    while True:
        client, (host, _) = listener.accept()
        with client:
            client.settimeout(5)
            try:
                line = read_request(client)
                if line is None:
                    continue
                visits += 1
                status, body = answer(line, visits)
                client.sendall(
                    f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()
                )
                print(f"{host} {line}: {status}")
            except OSError as error:  # a slow client, or one that went away, is no reason to stop
                print(f"{host}: {error}")
