"""The fake hosts of the test bed, on loopback: web servers that tell what was asked of them, and a broker."""

import http.server
import json
import socket
import threading


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # a program that ends resets what it has open


class WebHosts:
    """Every name's web server: `answers` maps "METHOD host/path" (a query counts only where it is named) to what is answered.

    An answer is text, bytes, what becomes JSON, (status, headers, content), a list of these, one a request, or a function of (path, body).
    """

    def __init__(self, answers):
        self.answers, self.requests = dict(answers), []
        hosts = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _handle(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                hosts._answer(self, body)

            do_GET = do_POST = do_PUT = do_HEAD = _handle

            def log_message(self, *arguments):
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def _answer(self, handler, body):
        name = handler.headers["Host"].partition(":")[0]
        whole = f"{handler.command} {name}{handler.path}"
        self.requests.append((whole, dict(handler.headers.items()), body))
        found = self.answers.get(whole, self.answers.get(whole.partition("?")[0], (404, {}, "nothing")))
        if isinstance(found, list) and found and isinstance(found[0], tuple):
            found = found.pop(0) if len(found) > 1 else found[0]
        if callable(found):
            found = found(handler.path, body)
        status, headers, content = found if isinstance(found, tuple) else (200, {}, found)
        if isinstance(content, (dict, list)):
            content, headers = json.dumps(content), {"Content-Type": "application/json", **headers}
        content = content.encode() if isinstance(content, str) else content
        handler.send_response(status)
        for key, value in headers.items():
            handler.send_header(key, value)
        if headers.get("Transfer-Encoding") == "chunked":
            content = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (content[at : at + 7] for at in range(0, len(content), 7))) + b"0\r\n\r\n"
        else:
            handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(content)

    def asked(self):
        """"METHOD host/path" of each request, in order."""
        return [whole for whole, _, _ in self.requests]

    def bodies(self):
        """The bodies that were JSON, in order."""
        return [json.loads(body) for _, _, body in self.requests if body]

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


class Broker:
    """MQTT 3.1.1 for a few clients: QoS 0 and 1, wills, retained messages. `script` are messages for who subscribes to their topic."""

    def __init__(self, script=(), drops=0):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.published, self.logins, self._subscribed, self._script, self._drops = [], [], [], list(script), drops
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._threads.append(threading.Thread(target=self._serve, args=(client,), daemon=True))
            self._threads[-1].start()

    def _serve(self, client):
        will = None
        with client, client.makefile("rb") as stream:
            try:
                while True:
                    kind = stream.read(1)
                    if not kind:
                        break
                    will, ends = self._handle(client, kind[0], self._body(stream), will)
                    if ends:
                        break
            except OSError:
                pass
        if will is not None:
            self._deliver(*will)

    @staticmethod
    def _body(stream):
        size = shift = 0
        while True:
            digit = stream.read(1)[0]
            size |= (digit & 0x7F) << shift
            shift += 7
            if not digit & 0x80:
                return stream.read(size)

    def _handle(self, client, kind, body, will):
        if kind == 0x10:
            parts, at = [], 10
            while at < len(body):
                size = int.from_bytes(body[at : at + 2], "big")
                parts.append(body[at + 2 : at + 2 + size].decode())
                at += 2 + size
            self.logins.append(parts)
            will = (parts[1], parts[2]) if body[7] & 4 else None
            client.sendall(b"\x20\x02\0\0")
        elif kind & 0xF0 == 0x30:
            size = int.from_bytes(body[:2], "big")
            topic, rest = body[2 : 2 + size].decode(), body[2 + size :]
            if kind & 6:
                if self._drops:
                    self._drops -= 1
                    return will, True
                client.sendall(b"\x40\x02" + rest[:2])
                rest = rest[2:]
            self._deliver(topic, rest.decode())
        elif kind == 0x82:
            topic = body[4:-1].decode()
            client.sendall(b"\x90\x03" + body[:2] + b"\0")
            with self._lock:
                self._subscribed.append((topic, client))
            for name, text in self._script:
                if _fits(topic, name):
                    client.sendall(_message(name, text))
        elif kind == 0xC0:
            client.sendall(b"\xd0\0")
        return (None if kind == 0xE0 else will), kind == 0xE0

    def _deliver(self, topic, text):
        with self._lock:
            self.published.append((topic, text))
            for pattern, client in self._subscribed:
                if _fits(pattern, topic):
                    try:
                        client.sendall(_message(topic, text))
                    except OSError:
                        pass

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)


def _fits(pattern, topic):
    return pattern == topic or (pattern.endswith("#") and topic.startswith(pattern[:-1]))


def _message(topic, text):
    body = len(topic).to_bytes(2, "big") + topic.encode() + text.encode()
    assert len(body) < 128
    return bytes([0x30, len(body)]) + body
