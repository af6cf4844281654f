"""samples/python/boards: each program runs at the desk and fails on the boards that it names, with an explanation."""

import os
import re
import socket
import threading
import time

from . import runs, support

SAMPLES = os.path.join(support.REPOSITORY, "samples", "python", "boards")


class Server:
    """What the programs talk to: a listener and a datagram socket on one port, and a handler for each connection."""

    def __init__(self, case, handle=None, answer_datagram=None, listens_after=None):
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self._listener.bind(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._datagrams = socket.socket(type=socket.SOCK_DGRAM)
        self._datagrams.bind(("127.0.0.1", self.port))
        self.counted = None
        case.addCleanup(self._datagrams.close)
        case.addCleanup(self._listener.close)
        if handle is not None:
            threading.Thread(target=self._serve, args=(handle, listens_after or 0), daemon=True).start()
        if answer_datagram is not None:
            threading.Thread(target=self._answer, args=(answer_datagram,), daemon=True).start()

    def _serve(self, handle, after):
        time.sleep(after)
        try:
            self._listener.listen(8)
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._handle, args=(handle, client), daemon=True).start()
        except OSError:
            pass  # closed

    def _handle(self, handle, client):
        with client:
            try:
                client.settimeout(20)
                handle(self, client)
            except OSError:
                pass

    def _answer(self, answer):
        try:
            while True:
                _, sender = self._datagrams.recvfrom(1024)
                answer(self._datagrams, sender)
        except OSError:
            pass


def count_100_000(server, client):
    count = 0
    while count < 100_000:
        got = len(client.recv(65536))
        if got == 0:
            return
        count += got
    client.sendall(str(count).encode())
    client.recv(1)


def hold(server, client):
    client.recv(1024)
    client.recv(1)


def ask_and_end(server, client):
    client.recv(64)
    client.sendall(b"a question")
    client.shutdown(socket.SHUT_WR)
    while client.recv(1024):
        pass


def send_and_end(server, client):
    client.sendall(bytes(1000))
    client.shutdown(socket.SHUT_WR)
    client.recv(1)


def send_4000(server, client):
    client.sendall(bytes(4000))
    client.recv(1)


def count_slowly(server, client):
    if server.counted is not None:
        client.sendall(str(server.counted).encode())
        client.recv(1)
        return
    server.counted = 0
    time.sleep(1.8)
    while True:
        got = len(client.recv(65536))
        if got == 0:
            return
        server.counted += got


def send_two(sock, address):
    sock.sendto(b"one", address)
    sock.sendto(b"two", address)


BOTH = ("picow", "esp32")
PROGRAMS = {
    # name: (boards, what the explanation says, the server's arguments)
    "01_exception_classes": (BOTH, "no board has ConnectionRefusedError", {}),
    "02_refused_errno": (BOTH, "never ECONNREFUSED", {}),
    "03_large_sendall": (("esp32",), "5760 bytes to send from", {"handle": count_100_000}),
    "04_nonblocking_connect": (("esp32",), "never counts this socket as connected", {"handle": hold}),
    "05_retry_connect": (BOTH, "cannot connect a socket again after a failure", {"handle": hold, "listens_after": 0.8}),
    "06_answer_after_end": (("picow",), "does not send after the peer has closed its side", {"handle": ask_and_end}),
    "07_read_until_end": (("esp32",), "the end of the stream is ENOTCONN", {"handle": send_and_end}),
    "08_one_receive": (("picow",), "receives one segment a call", {"handle": send_4000}),
    "09_two_datagrams": (("picow",), "keeps 1 unread datagram", {"answer_datagram": send_two}),
    "10_accepted_socket": (("esp32",), "an accepted socket does not wait", None),
    "11_listen_default": (BOTH, "no board has a default backlog", None),
    "12_close_after_send": (("picow",), "resets a closed connection after 1.0 s", {"handle": count_slowly}),
}


class BoardSampleTests(runs.RunCase):
    time_limit = 260

    def _run(self, name, board):
        """Runs a program against a server of its own; what it ended with."""
        with open(os.path.join(SAMPLES, f"{name}.py"), encoding="utf-8") as file:
            self.write("code.py", file.read())
        server = PROGRAMS[name][2]
        if server is None:
            port = self._free_port()
            client = threading.Thread(target=self._ask, args=(port,), daemon=True)
            client.start()
            return self.run_drive("--board", board, "--set", f"PORT={port}", status=None)
        made = Server(self, **server)
        where = ["--host", f"server.test=127.0.0.1:{made.port}"]
        return self.run_drive("--board", board, *where, status=None)

    @staticmethod
    def _free_port():
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            return sock.getsockname()[1]

    @staticmethod
    def _ask(port):
        """Connects as soon as somebody listens, asks late, and reads the answer."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", port), 1) as client:
                    time.sleep(0.5)
                    client.sendall(b"a question")
                    client.recv(64)
                    return
            except OSError:
                time.sleep(0.05)

    def test_there_are_twelve_and_each_says_where_it_fails(self):
        names = sorted(name[:-3] for name in os.listdir(SAMPLES) if name.endswith(".py"))
        self.assertEqual(sorted(PROGRAMS), names)
        for name in names:
            with open(os.path.join(SAMPLES, f"{name}.py"), encoding="utf-8") as file:
                said = re.search(r"Runs on desk, fails on ([\w ]+?)(?:\.| when)", file.read())[1]
            self.assertEqual(" and ".join(PROGRAMS[name][0]), said, name)


def _add(name):
    def passes(self):
        done = self._run(name, "desk")
        self.assertEqual(0, done.status, done)

    def fails(self):
        for board in PROGRAMS[name][0]:
            with self.subTest(board=board):
                done = self._run(name, board)
                self.assertEqual(1, done.status, done)
                self.assertIn(PROGRAMS[name][1], done.errors, done)

    setattr(BoardSampleTests, f"test_{name}_passes_at_the_desk", passes)
    setattr(BoardSampleTests, f"test_{name}_fails_on_its_boards_with_an_explanation", fails)


for _name in PROGRAMS:
    _add(_name)
