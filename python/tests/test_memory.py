"""A million calls with flat memory, errors included."""

import gc
import os
import socket

from . import support
from .both import POOL, outcome

PAGE = os.sysconf("SC_PAGE_SIZE")


def resident():
    gc.collect()
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * PAGE


class MemoryTests(support.TestCase):
    time_limit = 260

    def assert_flat(self, call, times, bytes_per_call=0.5):
        """
        Nothing stays per call: heaps grow to their size at first, and then do not. Less than half a byte a call over a window
        is flat; a leak shows in each of them.
        """
        sizes = [resident()]
        while len(sizes) < 12:
            for _ in range(times):
                call()
            sizes.append(resident())
            if sizes[-1] - sizes[-2] <= times * bytes_per_call:
                return
        self.fail(f"memory grows: {sizes}")

    def pair(self):
        with POOL.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            client = POOL.socket()
            client.connect(listener.getsockname())
            server = listener.accept()[0]
        self.addCleanup(client.close)
        self.addCleanup(server.close)
        return client, server

    def test_a_million_transfers(self):
        client, server = self.pair()
        client.settimeout(20)
        buffer = bytearray(8)

        def call():
            client.send(b"12345678")
            server.recv_into(buffer)

        self.assert_flat(call, 500_000)

    def test_datagrams(self):
        with POOL.socket(type=POOL.SOCK_DGRAM) as s:
            s.bind(("127.0.0.1", 0))
            s.settimeout(20)
            address, buffer = s.getsockname(), bytearray(8)

            def call():
                s.sendto(b"1234", address)
                s.recvfrom_into(buffer)

            self.assert_flat(call, 200_000)

    def test_sockets(self):
        self.assert_flat(lambda: POOL.socket().close(), 20_000)

    def test_connections(self):
        with POOL.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            address = listener.getsockname()

            def call():
                with POOL.socket() as client:
                    client.connect(address)
                    listener.accept()[0].close()

            self.assert_flat(call, 5_000)

    def test_errors(self):
        s = POOL.socket()
        self.addCleanup(s.close)
        s.setblocking(False)
        dead = POOL.socket()
        dead.close()
        buffer = bytearray(8)
        for call in (lambda: s.send("text"), lambda: s.send(b"x"), lambda: s.recv_into(buffer, 9), lambda: s.settimeout(-1), lambda: s.bind(("1.2.3.4", 1)),
                     lambda: s.connect(("127.0.0.1", -1)), lambda: dead.send(b"x"), lambda: POOL.socket(99)):
            self.assert_flat(lambda: outcome(call), 10_000)

    def test_look_ups_of_names(self):
        # Each has a thread of its own, of which .NET keeps some 30 bytes.
        for host in ("localhost", "<nobody>"):
            self.assert_flat(lambda: outcome(POOL.getaddrinfo, host, 1), 3_000, bytes_per_call=100)

    def test_look_ups_and_text(self):
        self.assert_flat(lambda: POOL.getaddrinfo("127.0.0.1", 80), 20_000)
        self.assert_flat(lambda: repr(POOL), 20_000)
        with POOL.socket() as s:
            self.assert_flat(lambda: (repr(s), s.getsockname(), s.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE), s.fileno(), s.gettimeout()), 20_000)
