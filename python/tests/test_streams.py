"""Streams and datagrams: listen, accept, the end of a stream, datagrams cut and empty."""

import errno
import hashlib
import random
import select
import socket

from .both import closed_port, on_both, outcome, read_to_end, recv_exactly
from .waiting import CALLS, FUTEX, Call

BUFFER = bytearray(64)


@on_both
class ListenTests:
    def test_backlogs(self):
        for backlog in ((), (0,), (1,), (-1,), (-2**31,), (128,), (100_000,), (2**31 - 1,), (True,)):
            with self.subTest(backlog=backlog):
                s = self.tcp()
                s.bind(("127.0.0.1", 0))
                self.assertIsNone(s.listen(*backlog))
                client = self.tcp()
                client.settimeout(20)
                client.connect(s.getsockname())

    def test_what_is_no_backlog(self):
        s = self.tcp()
        for backlog, error in ((2**31, OverflowError), (2**70, OverflowError), (None, TypeError), ("1", TypeError), (1.0, TypeError)):
            self.assert_raises(error, s.listen, backlog)

    def test_listen_without_bind_takes_a_port(self):
        s = self.tcp()
        s.listen()
        self.assertGreater(s.getsockname()[1], 0)

    def test_listen_again_changes_the_backlog(self):
        s = self.listener()
        self.assertIsNone(s.listen(3))


@on_both
class AcceptTests:
    def test_the_accepted_socket_has_the_listeners_time_out(self):
        for seconds in (2.5, 0, None, 1e-9):
            listener = self.listener(timeout=90)
            client = self.tcp()
            client.connect(listener.getsockname())
            select.select([listener.fileno()], [], [], 20)
            listener.settimeout(seconds)
            server = self.keep(listener.accept()[0])
            with self.subTest(seconds=seconds):
                expected = None if seconds is None else self.differs("accept-timeout", None, float(seconds))
                self.assertEqual(server.gettimeout(), expected)

    def test_each_connection_is_accepted_once_in_order(self):
        listener = self.listener()
        clients = [self.tcp() for _ in range(5)]
        for c in clients:
            c.connect(listener.getsockname())
        self.assertEqual([self.keep_pair(listener.accept()) for _ in clients], [c.getsockname() for c in clients])

    def keep_pair(self, accepted):
        self.keep(accepted[0])
        return accepted[1]

    def test_several_threads_may_accept_on_one_listener(self):
        listener = self.listener(timeout=None)
        # One of the pool's waits in the kernel for a connection, and the others for their turn.
        calls = [Call(listener.accept).until_blocked(CALLS | {FUTEX}) for _ in range(4)]
        clients = [self.tcp() for _ in calls]
        for c in clients:
            c.connect(listener.getsockname())
        self.assertEqual({self.keep_pair(c.result()) for c in calls}, {c.getsockname() for c in clients})


@on_both
class StreamTests:
    def test_the_end_comes_again_and_again_in_each_mode(self):
        for seconds in (None, 20, 1e-9, 0):
            client, server = self.pair(timeout=90)
            server.sendall(b"last")
            server.close()
            self.assertEqual(recv_exactly(client, 4), b"last")
            select.select([client.fileno()], [], [], 20)
            client.settimeout(seconds)
            for _ in range(20):
                self.assertEqual(client.recv_into(BUFFER), 0)
            self.assertEqual(client.recvfrom_into(BUFFER)[0], 0)

    def test_one_half_closes_and_the_other_goes_on(self):
        client, server = self.pair()
        client.sendall(b"question")
        client.shutdown(socket.SHUT_WR)
        self.assert_raises((BrokenPipeError, errno.EPIPE), client.send, b"more")
        self.assertEqual(read_to_end(server), b"question")
        server.sendall(b"answer")
        server.close()
        self.assertEqual(read_to_end(client), b"answer")

    def test_shutdown_ends_a_receive(self):
        client, server = self.pair(timeout=None)
        call = Call(client.recv_into, bytearray(8)).until_blocked()
        client.shutdown(socket.SHUT_RD)
        self.assertEqual(call.result(), 0)

    def test_ways_to_shut_down(self):
        for how, error in ((3, (OSError, errno.EINVAL)), (-1, (OSError, errno.EINVAL)), (2**70, OverflowError), ("1", TypeError), (None, TypeError)):
            self.assert_raises(error, self.pair()[0].shutdown, how)

    def test_recvfrom_into_tells_the_peer_of_a_stream(self):
        client, server = self.pair()
        server.sendall(b"abc")
        self.assertEqual(client.recvfrom_into(BUFFER), (3, self.differs("recvfrom-stream", None, server.getsockname())))

    def test_sendto_on_a_connected_stream(self):
        client, server = self.pair()
        answer = outcome(client.sendto, b"abc", ("127.0.0.1", closed_port()))
        self.assertEqual(answer, 3)
        self.assertEqual(recv_exactly(server, 3), b"abc")

    def test_a_long_transfer_both_ways_at_once(self):
        seed = random.randrange(2**32)
        data = random.Random(seed).randbytes(4_000_000)
        wanted = hashlib.sha256(data).hexdigest()
        client, server = self.pair(timeout=90)

        def send(s):
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)

        calls = [Call(send, s) for s in (client, server)] + [Call(read_to_end, s) for s in (client, server)]
        for call in calls[:2]:
            call.result(60)
        for call in calls[2:]:
            self.assertEqual(hashlib.sha256(call.result(60)).hexdigest(), wanted, f"seed {seed}")

    def test_in_pieces_of_random_lengths(self):
        seed = random.randrange(2**32)
        rng = random.Random(seed)
        data = rng.randbytes(300_000)
        client, server = self.pair(timeout=90)

        def send():
            at = 0
            while at < len(data):
                at += client.send(memoryview(data)[at:at + rng.randrange(1, 5000)])
            client.close()

        call = Call(send)
        got = bytearray()
        sizes = random.Random(seed + 1)
        buffer = bytearray(7000)
        while n := server.recv_into(buffer, sizes.randrange(0, 7000)):
            got += buffer[:n]
        call.result()
        self.assertEqual(bytes(got), data, f"seed {seed}")


@on_both
class DatagramTests:
    def test_from_whom_and_how_many(self):
        a, b = self.udp(("127.0.0.1", 0)), self.udp(("127.0.0.1", 0))
        self.assertEqual(a.sendto(b"hello", b.getsockname()), 5)
        n, address = b.recvfrom_into(BUFFER)
        self.assertEqual((n, address, bytes(BUFFER[:5])), (5, a.getsockname(), b"hello"))
        self.assertIs(type(address), tuple)

    def test_too_long_for_the_buffer_is_cut_silently(self):
        for seconds in (None, 20, 0):
            for name in ("recv_into", "recvfrom_into"):
                a = self.udp(("127.0.0.1", 0), seconds)
                a.sendto(b"0123456789" * 7, a.getsockname())
                a.sendto(b"next", a.getsockname())
                select.select([a.fileno()], [], [], 20)
                buffer = bytearray(b"." * 8)
                for size, expected in ((4, b"0123...."), (0, b"next....")):
                    answer = getattr(a, name)(buffer, size)
                    self.assertEqual(answer if name == "recv_into" else answer[0], 4)
                    self.assertEqual(buffer, expected)

    def test_empty_ones_are_sent_and_received(self):
        a = self.udp(("127.0.0.1", 0))
        self.assertEqual(a.sendto(b"", a.getsockname()), 0)
        self.assertEqual(a.recvfrom_into(BUFFER), (0, a.getsockname()))
        a.connect(a.getsockname())
        self.assertEqual(a.send(b""), 0)
        self.assertEqual(a.recv_into(BUFFER), 0)

    def test_a_connected_one_hears_its_peer_only(self):
        a, b, c = (self.udp(("127.0.0.1", 0)) for _ in range(3))
        a.connect(b.getsockname())
        self.assertEqual(a.getpeername(), b.getsockname())
        c.sendto(b"stranger", a.getsockname())
        b.sendto(b"friend", a.getsockname())
        self.assertEqual(a.recv_into(BUFFER), 6)
        self.assertEqual(a.send(b"back"), 4)
        self.assertIsNone(a.sendall(b"again"))
        self.assertEqual(b.recvfrom_into(BUFFER), (4, a.getsockname()))
        self.assertEqual(b.recvfrom_into(BUFFER), (5, a.getsockname()))

    def test_recv_into_without_connect(self):
        a = self.udp(("127.0.0.1", 0))
        a.sendto(b"abc", a.getsockname())
        self.assertEqual(a.recv_into(BUFFER), 3)

    def test_a_refusal_is_told_to_a_connected_one(self):
        a = self.udp(("127.0.0.1", 0))
        a.connect(("127.0.0.1", closed_port()))
        a.send(b"x")
        self.assert_raises((ConnectionRefusedError, errno.ECONNREFUSED), a.recv_into, BUFFER)

    def test_sendto_binds(self):
        a, b = self.udp(), self.udp(("127.0.0.1", 0))
        a.sendto(b"x", b.getsockname())
        self.assertGreater(a.getsockname()[1], 0)

    def test_multicast_on_the_loopback_interface(self):
        group = socket.inet_aton("239.1.2.3") + socket.inet_aton("127.0.0.1")
        a = self.udp(("", 0))
        a.setsockopt(self.pool.IPPROTO_IP, self.pool.IP_ADD_MEMBERSHIP, group)
        b = self.udp()
        b.setsockopt(self.pool.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        b.setsockopt(self.pool.IPPROTO_IP, self.pool.IP_MULTICAST_TTL, 0)
        b.sendto(b"to all", ("239.1.2.3", a.getsockname()[1]))
        self.assertEqual(a.recv_into(BUFFER), 6)
        a.setsockopt(self.pool.IPPROTO_IP, self.pool.IP_DROP_MEMBERSHIP, group)
        self.assert_raises((OSError, errno.EADDRNOTAVAIL), a.setsockopt, self.pool.IPPROTO_IP, self.pool.IP_DROP_MEMBERSHIP, group)
