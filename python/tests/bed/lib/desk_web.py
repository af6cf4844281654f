"""A small web server for boards: routes, templates, files, events and websockets. `poll` serves who is there, and returns."""

import binascii
import hashlib
import json
import os

_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "json": "application/json", "txt": "text/plain", "bmp": "image/bmp"}


class Request:
    """What somebody asks for."""

    def __init__(self, sock, client):
        self.sock, self.client = sock, client
        head = _read_until(sock, b"\r\n\r\n")
        lines = head.split("\r\n")
        self.method, target, _ = lines[0].split(" ")
        self.path, _, query = target.partition("?")
        self.query = dict(part.split("=", 1) for part in query.split("&") if "=" in part)
        self.headers = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            self.headers[name.lower()] = value.strip()
        size = int(self.headers.get("content-length", "0"))
        self.body = _read_exactly(sock, size)


def _read_until(sock, end):
    data, one = b"", bytearray(1)
    while not data.endswith(end):
        if not sock.recv_into(one):
            raise OSError("the client has gone")
        data += bytes(one)
        if len(data) > 4096:
            raise OSError("a head without an end")
    return data[: -len(end)].decode()


def _read_exactly(sock, count):
    data, buffer = b"", bytearray(512)
    while len(data) < count:
        got = sock.recv_into(buffer, min(512, count - len(data)))
        if not got:
            raise OSError("the client has gone")
        data += bytes(buffer[:got])
    return data


def _send(sock, data):
    while data:
        data = data[sock.send(data) :]


class Server:
    """Routes to functions, and a folder of files."""

    def __init__(self, pool, folder=None):
        self._pool, self._folder, self._routes = pool, folder, {}

    def route(self, path, *methods):
        """A decorator: this function answers."""

        def register(function):
            for method in methods or ("GET",):
                self._routes[method, path] = function
            return function

        return register

    def start(self, port):
        """Listen; the port, which at a desk may be 0."""
        self._listener = self._pool.socket(self._pool.AF_INET, self._pool.SOCK_STREAM)
        self._listener.setsockopt(self._pool.SOL_SOCKET, self._pool.SO_REUSEADDR, 1)
        self._listener.bind(("0.0.0.0", port))
        self._listener.listen(4)
        self._listener.settimeout(0.05)
        if port == 0:
            port = self._listener.getsockname()[1]
        print(f"listening on {port}")
        return port

    def poll(self):
        """Serve one client if there is one; its path, None without."""
        try:
            sock, client = self._listener.accept()
        except OSError as error:
            if error.errno in (11, 110, 116):
                return None
            raise
        sock.settimeout(3)
        keeps = False
        try:
            request = Request(sock, client)
            keeps = self._answer(request)
            return request.path
        except (OSError, ValueError):
            return None
        finally:
            if not keeps:
                sock.close()

    def _answer(self, request):
        function = self._routes.get((request.method, request.path))
        if function is not None:
            found = function(request)
            if found is KEEP:
                return True
            self.send(request, *(found if isinstance(found, tuple) else (200, found)))
        elif any(path == request.path for _, path in self._routes):
            self.send(request, 405, "Method Not Allowed")
        else:
            self._send_file(request)
        return False

    def _send_file(self, request):
        parts = request.path.strip("/") or "index.html"
        if self._folder is None or ".." in parts.split("/"):
            return self.send(request, 404 if self._folder is None else 403, "no")
        try:
            name = f"{self._folder}/{parts}"
            size = os.stat(name)[6]
            file = open(name, "rb")
        except OSError:
            return self.send(request, 404, "Not Found")
        with file:
            kind = _TYPES.get(parts.rpartition(".")[2], "application/octet-stream")
            _send(request.sock, f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n".encode())
            while True:
                data = file.read(256)
                if not data:
                    return None
                _send(request.sock, data)

    @staticmethod
    def send(request, status, content, kind=None):
        """An answer: text, bytes, or what becomes JSON."""
        if isinstance(content, (dict, list)):
            content, kind = json.dumps(content), kind or "application/json"
        if isinstance(content, str):
            content, kind = content.encode(), kind or ("text/html" if content.startswith("<") else "text/plain")
        head = f"HTTP/1.1 {status} {'OK' if status == 200 else 'Sorry'}\r\nContent-Type: {kind or 'application/octet-stream'}\r\n"
        _send(request.sock, head.encode() + f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode() + content)


KEEP = object()


class Events:
    """Server-sent events to one client."""

    def __init__(self, request):
        self._sock = request.sock
        _send(self._sock, b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n\r\n")

    def send(self, data, event=None):
        """One event."""
        _send(self._sock, ((f"event: {event}\n" if event else "") + f"data: {data}\n\n").encode())

    def close(self):
        """No more."""
        self._sock.close()


class Websocket:
    """Messages both ways (RFC 6455)."""

    def __init__(self, request):
        self._sock = request.sock
        key = request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = binascii.b2a_base64(hashlib.new("sha1", key.encode()).digest()).decode().strip()
        _send(self._sock, f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n".encode())

    def receive(self):
        """The next text; None when the other side closes."""
        first, second = _read_exactly(self._sock, 2)
        size = second & 0x7F
        if size == 126:
            size = int.from_bytes(_read_exactly(self._sock, 2), "big")
        mask = _read_exactly(self._sock, 4)
        data = bytes(byte ^ mask[place % 4] for place, byte in enumerate(_read_exactly(self._sock, size)))
        if first & 0x0F == 8:
            _send(self._sock, b"\x88\x00")
            self._sock.close()
            return None
        return data.decode()

    def send(self, text):
        """A text."""
        data = text.encode()
        head = bytes([0x81, len(data)]) if len(data) < 126 else b"\x81\x7e" + len(data).to_bytes(2, "big")
        _send(self._sock, head + data)
