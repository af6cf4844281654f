"""A small HTTP/1.1 client for boards: one request a connection, redirects, chunked answers, JSON."""

import json as _json


class Response:
    """An answer; its content is read when it is asked for."""

    def __init__(self, sock):
        self._sock = sock
        self._buffer = bytearray(512)
        self._waiting = b""
        line = self._line().split(" ", 2)
        self.status_code, self.reason = int(line[1]), line[2] if len(line) > 2 else ""
        self.headers = {}
        while True:
            line = self._line()
            if not line:
                break
            name, value = line.split(":", 1)
            self.headers[name.strip().lower()] = value.strip()
        self._content = None

    def _more(self):
        count = self._sock.recv_into(self._buffer)
        self._waiting += bytes(self._buffer[:count])
        return count > 0

    def _line(self):
        while b"\r\n" not in self._waiting:
            if not self._more():
                raise OSError("the answer ended in its head")
        line, self._waiting = self._waiting.split(b"\r\n", 1)
        return line.decode()

    def _take(self, count):
        while len(self._waiting) < count:
            if not self._more():
                raise OSError("the answer ended before its length")
        data, self._waiting = self._waiting[:count], self._waiting[count:]
        return data

    def iter_content(self, chunk_size=128):
        """The content in pieces."""
        if self.headers.get("transfer-encoding") == "chunked":
            while True:
                size = int(self._line().split(";")[0], 16)
                data = self._take(size)
                self._line()
                if not size:
                    break
                yield data
        elif "content-length" in self.headers:
            left = int(self.headers["content-length"])
            while left:
                data = self._take(min(chunk_size, left))
                left -= len(data)
                yield data
        else:
            while self._waiting or self._more():
                data, self._waiting = self._waiting, b""
                yield data
        self.close()

    @property
    def content(self):
        """All of it."""
        if self._content is None:
            self._content = b"".join(self.iter_content())
        return self._content

    @property
    def text(self):
        """All of it as text."""
        return self.content.decode()

    def json(self):
        """All of it as what it describes."""
        return _json.loads(self.text)

    def close(self):
        """Let go of the connection."""
        self._sock.close()


class Session:
    """Makes requests on a pool."""

    def __init__(self, pool, ssl_context=None):
        self._pool, self._ssl_context = pool, ssl_context

    def _connect(self, scheme, host, port, timeout):
        address = self._pool.getaddrinfo(host, port, 0, self._pool.SOCK_STREAM)[0]
        sock = self._pool.socket(address[0], address[1])
        sock.settimeout(timeout)
        try:
            if scheme == "https":
                sock = self._ssl_context.wrap_socket(sock, server_hostname=host)
                sock.connect((host, port))
            else:
                sock.connect(address[4])
        except Exception:
            sock.close()
            raise
        return sock

    def request(self, method, url, *, headers=None, json=None, data=None, timeout=10, redirects=5):
        """Send a request and read the head of its answer."""
        scheme, rest = url.split("://", 1)
        host, _, path = rest.partition("/")
        port = 443 if scheme == "https" else 80
        if ":" in host:
            host, number = host.split(":")
            port = int(number)
        head = {"Host": host, "User-Agent": "desk", "Connection": "close"}
        if json is not None:
            data = _json.dumps(json).encode()
            head["Content-Type"] = "application/json"
        if isinstance(data, str):
            data = data.encode()
        if data is not None:
            head["Content-Length"] = str(len(data))
        head.update(headers or {})
        lines = [f"{method} /{path} HTTP/1.1"] + [f"{name}: {value}" for name, value in head.items()]
        message = ("\r\n".join(lines) + "\r\n\r\n").encode() + (data or b"")
        sock = self._connect(scheme, host, port, timeout)
        try:
            while message:
                message = message[sock.send(message) :]
            response = Response(sock)
        except Exception:
            sock.close()
            raise
        if response.status_code in (301, 302, 303, 307, 308) and redirects:
            where = response.headers["location"]
            response.close()
            if where.startswith("/"):
                where = f"{scheme}://{host}:{port}{where}"
            return self.request("GET" if response.status_code == 303 else method, where, headers=headers, data=data, timeout=timeout, redirects=redirects - 1)
        return response

    def get(self, url, **options):
        """GET."""
        return self.request("GET", url, **options)

    def post(self, url, **options):
        """POST."""
        return self.request("POST", url, **options)
