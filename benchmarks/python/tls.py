"""Measures TLS on a pool's sockets beside CPython's `ssl` on CPython's sockets: in one process, in turns, slice by slice.

    pip install ./python
    python3 benchmarks/python/tls.py [--rounds N]

The program's side is the same for both: `context.wrap_socket()`. The other side of every connection is CPython's for both. What counts is the
median of the rounds' ratios of throughput, ours by CPython's; the goal is 0.95. It needs the command openssl, which makes the certificate.
"""

import argparse
import gc
import os
import platform
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import socketpool
import wifi

POOL = socketpool.SocketPool(wifi.radio)
PIECE = 65536


class Contexts:
    """A client's and a server's context, with a certificate made anew."""

    def __init__(self, folder):
        self.certificate, self.key = os.path.join(folder, "certificate"), os.path.join(folder, "key")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost", "-keyout", self.key, "-out", self.certificate], check=True, capture_output=True)
        self.client = ssl.create_default_context(cafile=self.certificate)
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server.load_cert_chain(self.certificate, self.key)


class Connection:
    """A TLS connection: the contender's end and CPython's."""

    def __init__(self, contexts, factory, timeout):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            plain = factory()
            plain.connect(listener.getsockname())
            other, _ = listener.accept()
        for s in (plain, other):
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.settimeout(timeout)
        serving = threading.Thread(target=lambda: setattr(self, "other", contexts.server.wrap_socket(other, server_side=True)))
        serving.start()
        self.one = contexts.client.wrap_socket(plain, server_hostname="localhost")
        serving.join()

    def close(self):
        self.one.close()
        self.other.close()


class RoundTrip(Connection):
    """64 bytes there and 64 bytes back, in one thread."""

    count = 1500

    def run(self):
        one, other = self.one, self.other
        message, here, there = bytes(64), bytearray(64), bytearray(64)
        start = time.perf_counter_ns()
        for _ in range(self.count):
            one.send(message)
            other.recv_into(there)
            other.send(message)
            one.recv_into(here)
        return time.perf_counter_ns() - start


class Send(Connection):
    """sendall of 64 KiB; the other end's receives are not counted."""

    count = 100

    def run(self):
        one, other, data, buffer, spent = self.one, self.other, bytes(PIECE), bytearray(PIECE), 0
        for _ in range(self.count):
            start = time.perf_counter_ns()
            one.sendall(data)
            spent += time.perf_counter_ns() - start
            left = PIECE
            while left:
                left -= other.recv_into(buffer)
        return spent


class Receive(Connection):
    """recv_into of 64 KiB; the other end's sends are not counted."""

    count = 100

    def run(self):
        one, other, data, buffer, spent = self.one, self.other, bytes(PIECE), bytearray(PIECE), 0
        for _ in range(self.count):
            other.sendall(data)
            left = PIECE
            start = time.perf_counter_ns()
            while left:
                left -= one.recv_into(buffer)
            spent += time.perf_counter_ns() - start
        return spent


class Bulk:
    """16 MiB there and 16 MiB back; the other end is a process of its own, with CPython's sockets for both contenders."""

    count = 512

    def __init__(self, contexts, factory, timeout):
        self.process = subprocess.Popen([sys.executable, __file__, "--peer", contexts.certificate, contexts.key], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        port = int(self.process.stdout.readline())
        plain = factory()
        plain.connect(("127.0.0.1", port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.settimeout(timeout)
        self.one = contexts.client.wrap_socket(plain, server_hostname="localhost")

    def run(self):
        one, data, buffer, left = self.one, bytes(PIECE), bytearray(PIECE), self.count // 2 * PIECE
        start = time.perf_counter_ns()
        for _ in range(self.count // 2):
            one.sendall(data)
        while left:
            left -= one.recv_into(buffer)
        return time.perf_counter_ns() - start

    def close(self):
        self.one.close()
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


def serve_bulk(certificate, key):
    """The other end of Bulk: takes one connection, and answers as much as it got until that ends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with context.wrap_socket(connection, server_side=True) as other:
        buffer = bytearray(PIECE)
        while True:
            left = Bulk.count // 2 * PIECE
            while left:
                count = other.recv_into(buffer)
                if count == 0:
                    return
                left -= count
            for _ in range(Bulk.count // 2):
                other.sendall(buffer)


CASES = [
    ("64-byte round trip, time-out 5 s", RoundTrip, 5),
    ("64-byte round trip, blocking", RoundTrip, None),
    ("sendall of 64 KiB, time-out 5 s", Send, 5),
    ("sendall of 64 KiB, blocking", Send, None),
    ("recv_into of 64 KiB, time-out 5 s", Receive, 5),
    ("recv_into of 64 KiB, blocking", Receive, None),
    ("bulk there and back, time-out 5 s", Bulk, 5),
    ("bulk there and back, blocking", Bulk, None),
]


def compare(contexts, case, timeout, rounds):
    ours, theirs = case(contexts, POOL.socket, timeout), case(contexts, socket.socket, timeout)
    for contender in (ours, theirs):
        contender.run()
    pairs = []
    for i in range(rounds):
        order = (ours, theirs) if i % 2 == 0 else (theirs, ours)
        times = {contender: contender.run() for contender in order}
        pairs.append((times[ours] / case.count, times[theirs] / case.count))
    ours.close()
    theirs.close()
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs), statistics.quantiles([b / a for a, b in pairs], n=4)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--peer", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        serve_bulk(*options.peer)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(Contexts(folder), options.rounds)


def measure(contexts, rounds):
    print(f"{platform.python_implementation()} {platform.python_version()}, {ssl.OPENSSL_VERSION}, {platform.system()} {platform.release()}, {rounds} rounds")
    print(f"{'TLS 1.3':38}{'ours ns':>9}{'CPython ns':>12}{'throughput':>12}{'quartiles':>16}{'goal':>7}")
    gc.disable()
    for name, case, timeout in CASES:
        ours, theirs, (low, ratio, high) = compare(contexts, case, timeout, rounds)
        verdict = "" if ratio >= 0.95 else "  missed"
        print(f"{name:38}{ours:9.0f}{theirs:12.0f}{ratio:10.3f} x   {low:5.3f} - {high:5.3f}{0.95:7.2f}{verdict}")


if __name__ == "__main__":
    main()
