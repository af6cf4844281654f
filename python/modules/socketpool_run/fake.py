"""The folder of answers, `--host '*=./fake'`: a small HTTP server in this process, and a clock for NTP.

`GET https://api.example.com/v1/quote?lang=en` is answered by the first of these files of the folder that exists:

    api.example.com/v1/quote?lang=en     (also with .json, .txt, .html, .xml behind it)
    api.example.com/v1/quote             (the same)
    api.example.com/v1/quote/index       (the same)

and any other method by the same with `POST` and the like before the last part: `api.example.com/v1/POST quote.json`, before the plain one.
A file with `.http` behind it holds the whole answer, head and body. Each request is logged; what no file answers gets 404, and the log
names the file that would have.
"""

import os
import socket
import struct
import threading
import time

_KINDS = {".json": "application/json", ".txt": "text/plain", ".html": "text/html", ".xml": "application/xml", ".csv": "text/csv",
          ".bmp": "image/bmp", ".png": "image/png", ".jpg": "image/jpeg", ".http": None}
_ENDINGS = ("", ".http", ".json", ".txt", ".html", ".xml", ".csv")
_NTP_EPOCH = 2208988800


class FakeServer:
    """Listens on an address of this machine, on a port of its own for each name; its threads end with the process."""

    def __init__(self, folder, address, report):
        self._folder = folder
        self._address = address
        self._report = report
        self._listeners = {}
        self._clock = None

    def serve(self, name, port):
        """(address, port) where this name's answers are given."""
        key = (name, port)
        if key not in self._listeners:
            listener = socket.create_server((self._address, 0), backlog=16)
            self._listeners[key] = listener.getsockname()
            _start(self._accept, listener, name, port)
        return self._listeners[key]

    def serve_datagrams(self, port):
        """(address, port) for datagrams: NTP's are answered with the time of now, all others by nobody."""
        if self._clock is None:
            clock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            clock.bind((self._address, 0))
            self._clock = clock.getsockname()
            _start(self._tell_time, clock)
        return self._clock if port == 123 else (self._address, 9)

    def _accept(self, listener, name, port):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            _start(self._talk, connection, name, port)

    def _talk(self, connection, name, port):
        with connection, connection.makefile("rb") as reader:
            try:
                while self._answer(connection, reader, name, port):
                    pass
            except (OSError, ValueError):
                pass  # the program has gone, or does not speak HTTP

    def _answer(self, connection, reader, name, port):
        line = reader.readline(8192).decode("latin-1").split()
        if len(line) != 3 or not line[2].startswith("HTTP/"):
            return False
        method, target = line[:2]
        head = _read_head(reader)
        body = _read_body(reader, head)
        found, wanted = self._find(name, method, target)
        status, data = (200, b"") if found is not None else (404, f"{wanted} would have answered\n".encode())
        keeps = head.get("connection", "").lower() != "close" and line[2] != "HTTP/1.0"
        if found is not None:
            with open(found, "rb") as file:
                data = file.read()
        self._report.asked_request(method, name, port, target, len(body), status, self._show(found), wanted)
        if found is not None and found.endswith(".http"):
            connection.sendall(data)
            return False
        kind = _KINDS.get(os.path.splitext(found)[1], "application/octet-stream") if found is not None else "text/plain"
        if found is not None and kind == "application/octet-stream" and data[:1] in (b"{", b"["):
            kind = "application/json"
        text = f"HTTP/1.1 {status} {'OK' if status == 200 else 'Not Found'}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n"
        text += f"Date: {time.strftime('%a, %d %b %Y %H:%M:%S GMT', time.gmtime())}\r\nConnection: {'keep-alive' if keeps else 'close'}\r\n\r\n"
        connection.sendall(text.encode() + (b"" if method == "HEAD" else data))
        return keeps

    def _find(self, name, method, target):
        """The file that answers, or None; and the file that would."""
        path, _, query = target.partition("?")
        parts = [part for part in _unquote(path).split("/") if part not in ("", ".")]
        if ".." in parts or any("/" in part or "\0" in part for part in [name, *parts]):
            return None, name
        folder = os.path.join(self._folder, name, *parts[:-1])
        last = parts[-1] if parts else "index"
        names = [f"{last}?{query.replace('/', '%2F')}", last] if query else [last]
        if method not in ("GET", "HEAD"):
            names = [f"{method} {name}" for name in names] + names
        names.append(os.path.join(last, "index"))
        for candidate in names:
            for ending in _ENDINGS:
                file = os.path.join(folder, candidate + ending)
                if os.path.isfile(file):
                    return file, None
        wanted = os.path.join(folder, last)
        return None, self._show(wanted if os.path.splitext(last)[1] else wanted + ".json")

    def _show(self, path):
        return None if path is None else os.path.join(os.path.basename(self._folder), os.path.relpath(path, self._folder))

    def _tell_time(self, clock):
        while True:
            packet, sender = clock.recvfrom(1024)
            if len(packet) >= 48:
                now = time.time() + _NTP_EPOCH
                stamp = struct.pack("!II", int(now), int(now % 1 * 2**32))
                head = struct.pack("!BBBbII4s", 0x24, 1, 6, -20, 0, 0, b"DESK")
                clock.sendto(head + stamp + packet[40:48] + stamp + stamp, sender)


def _start(function, *arguments):
    threading.Thread(target=function, args=arguments, daemon=True, name="socketpool fake").start()


def _read_head(reader):
    head = {}
    while True:
        line = reader.readline(8192).decode("latin-1").strip()
        if not line:
            return head
        name, _, value = line.partition(":")
        head[name.strip().lower()] = value.strip()


def _read_body(reader, head):
    if head.get("transfer-encoding", "").lower() == "chunked":
        body = b""
        while True:
            size = int(reader.readline(64).split(b";")[0], 16)
            body += reader.read(size)
            reader.readline(8)
            if size == 0:
                return body
    return reader.read(int(head.get("content-length") or 0))


def _unquote(path):
    from urllib.parse import unquote

    return unquote(path)
