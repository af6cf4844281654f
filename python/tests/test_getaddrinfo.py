"""getaddrinfo: the rows of CPython's, IPv4 first."""

import enum
import socket

import socketpool

from . import support
from .both import POOL, on_both, outcome, recv_exactly

HOSTS = ("127.0.0.1", "localhost", "LocalHost", "::1", "0:0::1", "0.0.0.0", "::", "255.255.255.255", "127.1", "0x7f.1", "::ffff:1.2.3.4", "fe80::1%lo", None,
         "", "<nobody>", socket.gethostname(), b"127.0.0.1", b"localhost", "<broadcast>")
SERVICES = (80, 0, 65535, "80", "http", "domain", "no-such-service", b"http", None)
FLAGS = (0, socket.AI_PASSIVE, socket.AI_CANONNAME, socket.AI_NUMERICHOST, socket.AI_NUMERICSERV, socket.AI_ADDRCONFIG)


@on_both
class GetAddressInfoTests:
    def test_the_first_row_feeds_socket_and_connect(self):
        listener = self.listener()
        for host in ("localhost", "127.0.0.1"):
            rows = self.pool.getaddrinfo(host, listener.getsockname()[1], self.pool.AF_INET, self.pool.SOCK_STREAM)
            self.assertIs(type(rows), list)
            family, kind, proto, name, address = rows[0]
            s = self.keep(self.pool.socket(family, kind, proto))
            s.connect(address)
            server = self.keep(listener.accept()[0])
            s.sendall(b"fed")
            self.assertEqual(recv_exactly(server, 3), b"fed")
            self.assertEqual((name, address), ("", listener.getsockname()))

    def test_types(self):
        rows = self.pool.getaddrinfo("127.0.0.1", 80)
        self.assertEqual([tuple(map(int, r[:3])) for r in rows], [(2, 1, 6), (2, 2, 17), (2, 3, 0)])
        for row in rows:
            self.assertIs(type(row), tuple)
            self.assertEqual(row[3:], ("", ("127.0.0.1", 80)))
            self.assertEqual([isinstance(i, enum.Enum) for i in row], self.differs("getaddrinfo-plain-ints", [True, True, False, False, False], [False] * 5))

    def test_keywords(self):
        rows = self.pool.getaddrinfo(host="127.0.0.1", port=80, family=2, type=1, proto=6, flags=0)
        self.assertEqual(rows, [(2, 1, 6, "", ("127.0.0.1", 80))])
        self.assertEqual(self.pool.getaddrinfo("127.0.0.1", 80, type=2), [(2, 2, 17, "", ("127.0.0.1", 80))])
        self.assertEqual(self.pool.getaddrinfo("127.0.0.1", 80, proto=17), [(2, 2, 17, "", ("127.0.0.1", 80))])

    def test_wrong_arguments(self):
        for call in (lambda: self.pool.getaddrinfo(), lambda: self.pool.getaddrinfo("127.0.0.1"), lambda: self.pool.getaddrinfo(5, 80),
                     lambda: self.pool.getaddrinfo("127.0.0.1", 80, "x"), lambda: self.pool.getaddrinfo("127.0.0.1", 80, 0, None),
                     lambda: self.pool.getaddrinfo("127.0.0.1", 80, port=1), lambda: self.pool.getaddrinfo("127.0.0.1", 80, 0, 0, 0, 0, 0),
                     lambda: self.pool.getaddrinfo(["127.0.0.1"], 80)):
            self.assert_raises(TypeError, call)

    def test_ports_that_cannot_be(self):
        def number_of_rows(port):
            return len(self.pool.getaddrinfo("127.0.0.1", port))

        self.assertEqual(outcome(number_of_rows, 65536), self.differs("getaddrinfo-port", 3, OverflowError))
        self.assertEqual(outcome(number_of_rows, -1), self.differs("getaddrinfo-port", (socket.gaierror, -8), OverflowError))
        self.assert_raises(OverflowError, self.pool.getaddrinfo, "127.0.0.1", 2**70)

    def test_names_that_no_dns_can_have(self):
        for host in ("a" * 64 + ".invalid", "a..b"):
            self.assertEqual(outcome(self.pool.getaddrinfo, host, 80), self.differs("getaddrinfo-idna", UnicodeError, (socket.gaierror, -2)))

    def test_a_null_character(self):
        self.assertEqual(outcome(lambda: self.pool.getaddrinfo("127.0.0.1\0x", 80) and None), self.differs("getaddrinfo-null", None, TypeError))


class SameRowsTests(support.TestCase):
    """Every host, service and flag on both: the same rows, or the same failure."""

    def test_the_table(self):
        for host in HOSTS:
            for service in SERVICES:
                for flags in FLAGS if service in (80, "http", None) else (0,):
                    for family, kind, proto in ((0, 0, 0), (2, 1, 0), (0, 2, 0), (10, 0, 17), (0, 1, 6)) if service == 80 else ((0, 1, 0),):
                        arguments = host, service, family, kind, proto, flags
                        with self.subTest(arguments=arguments):
                            theirs, ours = (self.rows(f, arguments) for f in (socket.getaddrinfo, POOL.getaddrinfo))
                            self.assertEqual(ours, theirs)

    def test_the_modules_function_is_the_hosts(self):
        self.assertEqual(socketpool.getaddrinfo("127.0.0.1", 80), POOL.getaddrinfo("127.0.0.1", 80))
        self.assertEqual(outcome(socketpool.getaddrinfo, "<nobody>", 80), (socket.gaierror, -2))

    def test_ipv4_is_first(self):
        for host in ("localhost", None):
            families = [row[0] for row in POOL.getaddrinfo(host, 80)]
            self.assertEqual(families, sorted(families))
            self.assertEqual(families[0], socket.AF_INET)

    def rows(self, function, arguments):
        answer = outcome(function, *arguments)
        return sorted((int(f), int(t), p, c, a) for f, t, p, c, a in answer) if isinstance(answer, list) else answer
