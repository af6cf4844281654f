"""Fetches a page over HTTP/1.1 and prints it.

Settings, from the environment or a board's settings.toml: HTTP_HOST, HTTP_PORT, HTTP_PATH.
"""

import os

import socketpool
import wifi

HOST = os.getenv("HTTP_HOST", "127.0.0.1")
PORT = int(os.getenv("HTTP_PORT", "8000"))
PATH = os.getenv("HTTP_PATH", "/")


class Reader:
    """Lines and counted bytes of a socket, through one buffer that is made once."""

    def __init__(self, sock, size=1024):
        self.sock = sock
        self.buffer = bytearray(size)
        self.start = self.end = 0

    def fill(self):
        """False at the end of the stream."""
        self.start = 0
        self.end = self.sock.recv_into(self.buffer)
        return self.end > 0

    def read(self, most):
        """At least one byte and at most so many; none at the end."""
        if self.start == self.end and not self.fill():
            return b""
        piece = bytes(self.buffer[self.start : min(self.end, self.start + most)])
        self.start += len(piece)
        return piece

    def read_line(self):
        line = b""
        while not line.endswith(b"\n"):
            byte = self.read(1)
            if not byte:
                raise OSError("the connection ended in the middle of the header")
            line += byte
        return line.strip().decode()


def get(pool, host, port, path):
    """(Status, headers by lower-case name, body)"""
    with pool.socket(pool.AF_INET, pool.SOCK_STREAM) as sock:
        sock.settimeout(10)
        sock.connect((host, port))
        sock.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
        reader = Reader(sock)
        status = int(reader.read_line().split()[1])
        headers = {}
        while line := reader.read_line():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", 2**31))
        body = b""
        while len(body) < length and (piece := reader.read(length - len(body))):
            body += piece
        if "content-length" in headers and len(body) < length:
            raise OSError(f"the connection ended after {len(body)} of {length} bytes")
        return status, headers, body


wifi.radio.connect(os.getenv("CIRCUITPY_WIFI_SSID", "desk"), os.getenv("CIRCUITPY_WIFI_PASSWORD", ""))
pool = socketpool.SocketPool(wifi.radio)
status, headers, body = get(pool, HOST, PORT, PATH)
print(f"{status}, {len(body)} bytes of {headers.get('content-type', 'unknown')}")
print(body.decode())
