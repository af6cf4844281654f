"""Blocking, time-outs and non-blocking mode."""

import errno
import select
import socket
import threading
import time

from .both import on_both, outcome, read_to_end, recv_exactly
from .waiting import Call

BUFFER = bytearray(16)


@on_both
class SettimeoutTests:
    def test_a_new_socket_blocks(self):
        s = self.tcp()
        self.assertIsNone(s.gettimeout())
        self.assertIs(s.getblocking(), True)

    def test_gettimeout_gives_back_what_settimeout_was_given_as_float(self):
        s = self.tcp()
        for value, expected in ((None, None), (0, 0.0), (0.0, 0.0), (-0.0, 0.0), (1, 1.0), (2.5, 2.5), (1e-9, 1e-9), (0.0005, 0.0005),
                                (True, 1.0), (2147484.0, 2147484.0), (1e8, 1e8)):
            with self.subTest(value=value):
                self.assertIsNone(s.settimeout(value))
                self.assertEqual(s.gettimeout(), expected)
                self.assertIs(type(s.gettimeout()), type(expected))
                self.assertIs(s.getblocking(), expected != 0)

    def test_setblocking_is_no_time_out_or_none(self):
        s = self.tcp()
        for flag, expected in ((False, 0.0), (True, None), (0, 0.0), (1, None), (2, None), (-1, None)):
            with self.subTest(flag=flag):
                self.assertIsNone(s.setblocking(flag))
                self.assertEqual(s.gettimeout(), expected)

    def test_what_is_no_time_is_refused_and_changes_nothing(self):
        s = self.tcp()
        s.settimeout(3)
        for value, error in ((-1, ValueError), (-0.001, ValueError), (-1e-10, ValueError), (float("nan"), ValueError),
                             (1e30, OverflowError), (float("inf"), OverflowError), (float("-inf"), OverflowError), (2**70, OverflowError),
                             (10**400, OverflowError), (9.3e9, OverflowError),
                             ("", TypeError), ("1", TypeError), ((), TypeError), (0j, TypeError), (b"1", TypeError), ([], TypeError)):
            with self.subTest(value=value):
                self.assert_raises(error, s.settimeout, value)
                self.assertEqual(s.gettimeout(), 3.0)

    def test_what_only_converts_to_a_float_is_no_time(self):
        class Floaty:
            def __float__(self):
                return 1.0

        self.assert_raises(TypeError, self.tcp().settimeout, Floaty())

    def test_setblocking_wants_an_int(self):
        s = self.tcp()
        for value, error in ((None, TypeError), ("", TypeError), ([], TypeError), (1.0, TypeError), (2**70, OverflowError)):
            with self.subTest(value=value):
                self.assert_raises(error, s.setblocking, value)
                self.assertIsNone(s.gettimeout())

    def test_type_is_the_same_in_every_mode_and_read_only(self):
        for s, kind in ((self.tcp(), socket.SOCK_STREAM), (self.udp(), socket.SOCK_DGRAM)):
            for value in (0, 1, None):
                s.settimeout(value)
                self.assertEqual(s.type, kind)
            self.assert_raises(AttributeError, setattr, s, "type", 1)
            self.assert_raises(AttributeError, setattr, s, "family", 1)
            self.assert_raises(AttributeError, setattr, s, "proto", 1)


@on_both
class TimeIsUpTests:
    def timed(self, call, *arguments):
        start = time.monotonic()
        return outcome(call, *arguments), time.monotonic() - start

    def assert_times_out(self, seconds, call, *arguments):
        answer, took = self.timed(call, *arguments)
        self.assertEqual(answer, self.timed_out())
        self.assertGreaterEqual(took, seconds, "before the time")
        self.assertLess(took, seconds + 10)

    def test_timeout_is_the_pools_name_of_it(self):
        # MiniMQTT, among others, looks for the name and then takes a path that no board takes.
        self.assertEqual(hasattr(self.pool, "timeout"), self.differs("no-timeout-class", True, False))

    def test_accept(self):
        listener = self.listener(timeout=0.06)
        self.assert_times_out(0.06, listener.accept)
        self.connect_to(listener)
        self.assertEqual(len(listener.accept()[1]), 2)

    def connect_to(self, listener):
        client = self.tcp()
        client.settimeout(20)
        client.connect(listener.getsockname())
        return client

    def test_receives(self):
        for seconds in (0.05, 1e-9, 0.0005):
            for name in ("recv_into", "recvfrom_into"):
                client, _ = self.pair(timeout=seconds)
                with self.subTest(seconds=seconds, name=name):
                    self.assert_times_out(seconds, getattr(client, name), bytearray(8))
                    self.assert_times_out(seconds, getattr(self.udp(("127.0.0.1", 0), seconds), name), bytearray(8))

    def test_an_int_counts_as_seconds(self):
        client, _ = self.pair(timeout=1)
        self.assert_times_out(1, client.recv_into, bytearray(8))

    def test_the_tiniest_time_still_takes_what_is_there(self):
        client, server = self.pair()
        client.sendall(b"x" * 10)
        select.select([server.fileno()], [], [], 20)
        server.settimeout(1e-9)
        self.assertEqual(server.recv_into(bytearray(10)), 10)

    def test_sends(self):
        client, server = self.pair(small=True)
        piece = bytes(65536)
        client.settimeout(0.05)
        # The last bytes of a send may be taken into account late, and the next one then finds some room.
        while (answer := self.timed(client.send, piece))[0] != self.timed_out():
            self.assertIsInstance(answer[0], int)
        self.assertGreaterEqual(answer[1], 0.05)
        while (answer := self.timed(client.sendall, b"x" * 1000))[0] != self.timed_out():
            self.assertIsNone(answer[0])
        self.assertGreaterEqual(answer[1], 0.05)

    def test_sendall_has_one_deadline_for_all_of_it(self):
        client, server = self.pair(small=True)
        client.settimeout(0.3)
        stop = threading.Event()
        buffer = bytearray(1000)

        def read_slowly():
            # Each piece comes well before the time is up; all of them take much longer.
            while not stop.wait(0.02):
                server.recv_into(buffer)

        reader = Call(read_slowly)
        try:
            self.assert_times_out(0.3, client.sendall, bytes(50_000_000))
        finally:
            stop.set()
            server.settimeout(0)
            reader.join(20)

    def test_connect(self):
        listener = self.listener(backlog=0)
        # Two connections fill the backlog; what comes then gets no answer.
        fillers = [self.tcp() for _ in range(4)]
        for s in fillers:
            s.setblocking(False)
            self.assert_raises((BlockingIOError, errno.EINPROGRESS), s.connect, listener.getsockname())
        client = self.tcp()
        client.settimeout(0.05)
        self.assert_times_out(0.05, client.connect, listener.getsockname())
        self.assertEqual(client.gettimeout(), 0.05)
        client.close()

    def test_connect_ex_says_eagain_when_the_time_is_up(self):
        listener = self.listener(backlog=0)
        for s in [self.tcp() for _ in range(4)]:
            s.setblocking(False)
            self.assertEqual(s.connect_ex(listener.getsockname()), errno.EINPROGRESS)
        client = self.tcp()
        client.settimeout(0.02)
        self.assertEqual(client.connect_ex(listener.getsockname()), errno.EAGAIN)

    def test_a_socket_is_usable_after_it(self):
        client, server = self.pair(timeout=0.02)
        self.assert_times_out(0.02, client.recv_into, bytearray(8))
        server.sendall(b"late")
        client.settimeout(20)
        self.assertEqual(recv_exactly(client, 4), b"late")

    def test_a_time_out_set_during_a_call_is_for_the_next_one(self):
        client, server = self.pair(timeout=None)
        buffer = bytearray(4)
        call = Call(client.recv_into, buffer).until_blocked()
        client.settimeout(5)
        self.assertEqual(client.gettimeout(), 5.0)
        server.sendall(b"data")
        self.assertEqual(call.result(), 4)


@on_both
class NonBlockingTests:
    would_block = (BlockingIOError, errno.EAGAIN)

    def test_every_call_that_would_wait_says_eagain_and_never_times_out(self):
        listener = self.listener(timeout=0)
        client, _ = self.pair(timeout=0)
        datagrams = self.udp(("127.0.0.1", 0), timeout=0)
        for call in (listener.accept, lambda: client.recv_into(BUFFER), lambda: client.recvfrom_into(BUFFER),
                     lambda: datagrams.recv_into(BUFFER), lambda: datagrams.recvfrom_into(BUFFER)):
            for _ in range(3):
                self.assert_raises(self.would_block, call)

    def test_send_takes_what_fits_and_says_how_much(self):
        client, server = self.pair(timeout=0, small=True)
        data = bytes(range(256)) * 20_000
        sent = client.send(data)
        self.assertGreater(sent, 0)
        self.assertLess(sent, len(data))
        while (answer := outcome(client.send, data[sent:])) != self.would_block:
            sent += answer
        self.assert_raises(self.would_block, client.sendall, data)
        client.shutdown(socket.SHUT_WR)
        server.settimeout(20)
        got = read_to_end(server)
        self.assertEqual(got[:sent], data[:sent])

    def test_connect_goes_on_by_itself(self):
        listener = self.listener()
        client = self.tcp()
        client.setblocking(False)
        self.assert_raises((BlockingIOError, errno.EINPROGRESS), client.connect, listener.getsockname())
        server = self.keep(listener.accept()[0])
        select.select([], [client.fileno()], [], 20)
        self.assertEqual(client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), 0)
        self.assertEqual(client.send(b"hello"), 5)
        self.assertEqual(recv_exactly(server, 5), b"hello")
        # The kernel tells of the success once, if nobody waited for it in connect itself.
        self.assertIn(client.connect_ex(listener.getsockname()), (0, errno.EISCONN))
        self.assertEqual(client.connect_ex(listener.getsockname()), errno.EISCONN)

    def test_end_of_file_is_0(self):
        client, server = self.pair(timeout=0)
        server.close()
        select.select([client.fileno()], [], [], 20)
        for _ in range(5):
            self.assertEqual(client.recv_into(BUFFER), 0)

    def test_what_is_there_is_taken(self):
        listener = self.listener(timeout=0)
        client = self.tcp()
        client.connect(listener.getsockname())
        select.select([listener.fileno()], [], [], 20)
        server = self.keep(listener.accept()[0])
        server.settimeout(0)
        client.sendall(b"abc")
        select.select([server.fileno()], [], [], 20)
        self.assertEqual(server.recv_into(bytearray(8)), 3)
