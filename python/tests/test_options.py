"""Options and constants."""

import errno
import socket
import struct

import socketpool

from . import support
from .both import POOL, on_both, outcome

LWIP_SOL_SOCKET = 0xFFF


@on_both
class OptionTests:
    def test_numbers_and_bytes(self):
        s = self.tcp()
        for value in (1, True, b"\1\0\0\0", bytearray(b"\1\0\0\0"), memoryview(b"\1\0\0\0")):
            s.setsockopt(self.pool.SOL_SOCKET, self.pool.SO_REUSEADDR, 0)
            self.assertEqual(s.getsockopt(self.pool.SOL_SOCKET, self.pool.SO_REUSEADDR), 0)
            self.assertIsNone(s.setsockopt(self.pool.SOL_SOCKET, self.pool.SO_REUSEADDR, value))
            self.assertEqual(s.getsockopt(self.pool.SOL_SOCKET, self.pool.SO_REUSEADDR), 1)

    def test_wrong_values(self):
        s = self.tcp()
        for value, error in (("1", TypeError), (None, TypeError), (1.0, TypeError), ([1], TypeError),
                             (b"", (OSError, errno.EINVAL)), (b"\1", (OSError, errno.EINVAL))):
            with self.subTest(value=value):
                self.assert_raises(error, s.setsockopt, socket.SOL_SOCKET, socket.SO_REUSEADDR, value)
        for value in (2**31, -2**40):
            self.assertEqual(outcome(s.setsockopt, socket.SOL_SOCKET, socket.SO_REUSEADDR, value), self.differs("option-range", TypeError, OverflowError))
        for level, name, error in (("1", 2, TypeError), (1, None, TypeError), (2**40, 2, OverflowError), (1, 2**40, OverflowError)):
            self.assert_raises(error, s.setsockopt, level, name, 1)
            self.assert_raises(error, s.getsockopt, level, name)

    def test_getsockopt_as_bytes(self):
        s = self.tcp()
        self.assertEqual(s.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE, 4), struct.pack("i", 1))
        self.assertEqual(s.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE, 100), struct.pack("i", 1))
        self.assertEqual(s.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE, 0), 1)
        self.assertEqual(len(s.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)), 8)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 7))
        self.assertEqual(s.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8), struct.pack("ii", 1, 7))

    def test_every_option_of_the_pool(self):
        tcp, udp = self.tcp(), self.udp()
        for s, level, name, value in ((tcp, "SOL_SOCKET", "SO_REUSEADDR", 1), (tcp, "SOL_SOCKET", "SO_KEEPALIVE", 1), (tcp, "IPPROTO_TCP", "TCP_NODELAY", 1),
                                      (udp, "SOL_SOCKET", "SO_BROADCAST", 1), (udp, "IPPROTO_IP", "IP_MULTICAST_TTL", 7),
                                      (udp, "IPPROTO_IP", "IP_MULTICAST_LOOP", 0)):
            with self.subTest(name=name):
                level, name = getattr(self.pool, level), getattr(self.pool, name)
                s.setsockopt(level, name, value)
                self.assertEqual(s.getsockopt(level, name), value)

    def test_reuseaddr_is_off_at_first_and_lets_a_server_start_again(self):
        listener = self.tcp()
        self.assertEqual(listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR), 0)
        first = self.tcp()
        first.setsockopt(self.pool.SOL_SOCKET, self.pool.SO_REUSEADDR, 1)
        first.bind(("127.0.0.1", 0))
        first.listen()
        address = first.getsockname()
        client = self.tcp()
        client.connect(address)
        server = self.keep(first.accept()[0])
        first.close()
        # The side that closes first waits in TIME_WAIT with its port.
        server.close()
        client.recv_into(bytearray(1))
        client.close()
        self.assert_raises((OSError, errno.EADDRINUSE), listener.bind, address)
        listener.setsockopt(self.pool.SOL_SOCKET, self.pool.SO_REUSEADDR, 1)
        self.assertIsNone(listener.bind(address))

    def test_the_kernels_time_outs_are_not_for_setsockopt(self):
        answer = outcome(self.tcp().setsockopt, socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 1, 0))
        self.assertEqual(answer, self.differs("kernel-timeout", None, (OSError, errno.ENOPROTOOPT)))

    def test_literals_of_boards(self):
        answer = outcome(self.tcp().setsockopt, LWIP_SOL_SOCKET, 4, 1)
        self.assertEqual(answer, self.differs("board-literals", (OSError, errno.ENOPROTOOPT), None))


class BoardTests(support.TestCase):
    def test_lwips_socket_options(self):
        for number, host, value in ((4, socket.SO_REUSEADDR, 1), (8, socket.SO_KEEPALIVE, 1), (0x20, socket.SO_BROADCAST, 1)):
            with POOL.socket() as s:
                s.setsockopt(LWIP_SOL_SOCKET, number, value)
                self.assertEqual(s.getsockopt(socket.SOL_SOCKET, host), value)
                self.assertEqual(s.getsockopt(LWIP_SOL_SOCKET, number), value)
        with POOL.socket(type=POOL.SOCK_DGRAM) as s:
            self.assertEqual(s.getsockopt(LWIP_SOL_SOCKET, 0x1008), socket.SOCK_DGRAM)
            self.assertEqual(s.getsockopt(LWIP_SOL_SOCKET, 0x1007), 0)

    def test_multicast_ttl(self):
        with POOL.socket(type=POOL.SOCK_DGRAM) as s:
            s.setsockopt(POOL.IPPROTO_IP, 5, 3)
            self.assertEqual(s.getsockopt(POOL.IPPROTO_IP, POOL.IP_MULTICAST_TTL), 3)
            self.assertEqual(s.getsockopt(POOL.IPPROTO_IP, 5), 3)
            self.assertEqual(s.getsockopt(POOL.IPPROTO_IP, socket.IP_MULTICAST_TTL), 3)

    def test_constants_are_cpythons_on_class_and_instance(self):
        names = [n for n in dir(socketpool.SocketPool) if n.isupper()]
        self.assertGreaterEqual(len(names), 22)
        for name in names:
            with self.subTest(name=name):
                value = getattr(socketpool.SocketPool, name)
                self.assertEqual(value, getattr(socket, name))
                self.assertEqual(getattr(POOL, name), value)
                self.assertIsInstance(value, int)
        for name in ("AF_INET", "AF_INET6", "SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW", "EAI_NONAME", "SOL_SOCKET", "SO_REUSEADDR", "TCP_NODELAY",
                     "IPPROTO_IP", "IPPROTO_ICMP", "IPPROTO_TCP", "IPPROTO_UDP", "IPPROTO_IPV6", "IPPROTO_RAW", "IP_MULTICAST_TTL"):
            self.assertIn(name, names)
