"""The standard library's clients and servers on sockets of a pool, through a small adapter that reads as files do."""

import contextlib
import http.client
import http.server
import io
import poplib
import smtplib
import threading
import urllib.request

from . import support
from .both import POOL
from .waiting import Call


class Raw(io.RawIOBase):
    """A stream of bytes over recv_into and send."""

    def __init__(self, s, closed=lambda: None):
        self._socket, self._closed = s, closed

    def close(self):
        if not self.closed:
            super().close()
            self._closed()

    def readable(self):
        return True

    def writable(self):
        return True

    def readinto(self, buffer):
        return self._socket.recv_into(buffer)

    def write(self, data):
        return self._socket.send(data)


class FileLike:
    """What clients of the standard library want of a socket and boards do not have: makefile, and a close that waits for its files."""

    def __init__(self, s):
        self._socket, self._users = s, 1
        self._is_open = True

    def close(self):
        if self._is_open:
            self._is_open = False
            self._leave()

    def _leave(self):
        self._users -= 1
        if self._users == 0:
            self._socket.close()

    def __getattr__(self, name):
        return getattr(self._socket, name)

    def makefile(self, mode="r", *_, **__):
        self._users += 1
        raw = Raw(self._socket, self._leave)
        return io.BufferedReader(raw) if "r" in mode and "w" not in mode else io.BufferedRWPair(raw, raw)


def connect(address, timeout=90, source_address=None):
    """socket.create_connection, by a pool."""
    family, kind, proto, _, target = POOL.getaddrinfo(*address, 0, POOL.SOCK_STREAM)[0]
    s = POOL.socket(family, kind, proto)
    try:
        s.settimeout(timeout if isinstance(timeout, (int, float)) else 20)
        s.connect(target)
    except BaseException:
        s.close()
        raise
    return FileLike(s)


class HttpConnection(http.client.HTTPConnection):
    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        self._create_connection = connect


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.path.encode() * 5000
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))[::-1]
        self.send_response(201)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for i in range(0, len(body), 999):
            piece = body[i:i + 999]
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_):
        pass


class HttpTests(support.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.port = self.server.server_address[1]

    def test_http_client(self):
        with contextlib.closing(HttpConnection("127.0.0.1", self.port)) as c:
            for n in range(5):
                c.request("GET", f"/{n}")
                response = c.getresponse()
                self.assertEqual((response.status, response.read()), (200, b"/%d" % n * 5000))
            c.request("POST", "/", body=b"0123456789" * 3000)
            self.assertEqual(c.getresponse().read(), b"9876543210" * 3000)

    def test_urllib(self):
        class Opener(urllib.request.HTTPHandler):
            def http_open(self, request):
                return self.do_open(HttpConnection, request)

        opener = urllib.request.build_opener(Opener, urllib.request.ProxyHandler({}))
        with opener.open(f"http://localhost:{self.port}/through/urllib", timeout=90) as response:
            self.assertEqual(response.read(), b"/through/urllib" * 5000)

    def test_many_requests_by_hand(self):
        # As libraries for boards read: a header by recv_into, then 32 bytes at a time.
        buffer = bytearray(32)
        for _ in range(20):
            with connect(("127.0.0.1", self.port))._socket as s:
                s.send(b"GET /x HTTP/1.1\r\nConnection: close\r\n\r\n")
                got = bytearray()
                while n := s.recv_into(buffer):
                    got += buffer[:n]
                self.assertTrue(got.endswith(b"\r\n\r\n" + b"/x" * 5000))


class LineServer:
    """A server of lines, on a socket of a pool: what it says to each line that it reads."""

    def __init__(self, greeting, answers):
        self.listener = POOL.socket()
        self.listener.settimeout(20)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen()
        self.port = self.listener.getsockname()[1]
        self.read = []
        self.call = Call(self._serve, greeting, answers)

    def _serve(self, greeting, answers):
        with self.listener, self.listener.accept()[0] as s:
            s.sendall(greeting)
            with io.BufferedReader(Raw(s)) as lines:
                for line in lines:
                    self.read.append(line)
                    for start, answer in answers:
                        if line.upper().startswith(start):
                            s.sendall(answer)
                            break


class MailTests(support.TestCase):
    def test_smtp(self):
        server = LineServer(b"220 ready\r\n", [(b"EHLO", b"250 hello\r\n"), (b"MAIL", b"250 ok\r\n"), (b"RCPT", b"250 ok\r\n"),
                                                (b"DATA", b"354 go on\r\n"), (b".\r", b"250 taken\r\n"), (b"QUIT", b"221 bye\r\n")])

        class Client(smtplib.SMTP):
            def _get_socket(self, host, port, timeout):
                return connect((host, port), timeout)

        with Client("127.0.0.1", server.port, local_hostname="desk", timeout=90) as client:
            client.sendmail("a@desk.test", ["b@desk.test"], "Subject: hello\n\n" + "body\n" * 100)
        server.call.result()
        self.assertEqual(server.read.count(b"body\r\n"), 100)

    def test_pop3(self):
        server = LineServer(b"+OK ready\r\n", [(b"STAT", b"+OK 2 320\r\n"), (b"RETR", b"+OK\r\nSubject: x\r\n\r\nhello\r\n.\r\n"), (b"QUIT", b"+OK\r\n")])

        class Client(poplib.POP3):
            def _create_socket(self, timeout):
                return connect((self.host, self.port), timeout)

        client = Client("127.0.0.1", server.port, timeout=90)
        self.assertEqual(client.stat(), (2, 320))
        self.assertEqual(client.retr(1)[1], [b"Subject: x", b"", b"hello"])
        client.quit()
        server.call.result()
