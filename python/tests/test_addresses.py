"""Addresses given to bind, connect and sendto, and what comes back."""

import array
import errno
import socket
import unittest

from .both import HAS_IPV6, closed_port, on_both, outcome, recv_exactly


@on_both
class AddressTests:
    def each_call(self, family=socket.AF_INET):
        """bind, connect, connect_ex and sendto of new sockets, each taking an address."""
        stream, datagram = ((self.keep(self.pool.socket(family, t))) for t in (self.pool.SOCK_STREAM, self.pool.SOCK_DGRAM))
        return (("bind", stream.bind), ("connect", stream.connect), ("connect_ex", stream.connect_ex),
                ("sendto", lambda address: datagram.sendto(b"x", address)))

    def assert_all(self, error, *addresses, family=socket.AF_INET):
        for address in addresses:
            for name, call in self.each_call(family):
                with self.subTest(name=name, address=address):
                    self.assert_raises(error, call, address)

    def test_ports_that_cannot_be(self):
        self.assert_all(OverflowError, *(("127.0.0.1", p) for p in (-1, 65536, 2**31, 2**70, -2**70)))

    def test_ports_that_are_no_int(self):
        self.assert_all(TypeError, *(("127.0.0.1", p) for p in ("80", 80.0, None, b"80", ())))

    def test_a_list_that_a_port_empties_while_it_is_read(self):
        class Port:
            def __init__(self, number):
                self.number = number

            def __index__(self):
                address.clear()
                return self.number

        address = []
        for number in (5, "no number", 70000):
            for family, host, rest in ((socket.AF_INET, "127.0.0.1", ()), (socket.AF_INET6, "::1", (0, 0))):
                if family == socket.AF_INET6 and not HAS_IPV6:
                    continue
                s = self.keep(self.pool.socket(family, self.pool.SOCK_DGRAM))
                address[:] = [host, Port(number), *rest]
                answer = outcome(lambda: s.sendto(b"x", address) and None)
                if number == "no number":
                    self.assertIs(answer, TypeError)
                else:
                    self.assertEqual(answer, self.differs("lists", TypeError, None if number == 5 else OverflowError))

    def test_hosts_that_are_no_text(self):
        self.assert_all(TypeError, *((h, 80) for h in (None, 5, 1.5, (), ["127.0.0.1"], object())))

    def test_hosts_with_a_null_character(self):
        self.assert_all(TypeError, ("127.0.0.1\0", 80), (b"127.0.0.1\0x", 80), ("\0", 80))

    def test_hosts_that_are_no_unicode(self):
        for name, call in self.each_call():
            answer = outcome(call, ("\ud800", 80))
            self.assertTrue(answer is TypeError or answer == (self.pool.gaierror, -2) or issubclass(answer, UnicodeError), answer)

    def test_what_is_no_address(self):
        self.assert_all(TypeError, None, "127.0.0.1", 5, b"", (), ("127.0.0.1",), ("127.0.0.1", 80, 0), ("127.0.0.1", 80, 0, 0),
                        {"127.0.0.1": 80}, {"127.0.0.1", 80}, iter(("127.0.0.1", 80)))

    def test_hosts_as_bytes(self):
        for host in (b"127.0.0.1", bytearray(b"127.0.0.1"), b"localhost"):
            s = self.udp((host, 0))
            self.assertEqual(s.getsockname()[0], "127.0.0.1")
            self.assertEqual(s.sendto(b"x", (host, s.getsockname()[1])), 1)

    def test_lists(self):
        listener = self.tcp()
        client = self.tcp()
        answer = outcome(listener.bind, ["127.0.0.1", 0])
        self.assertEqual(answer, self.differs("lists", TypeError, None))
        if self.is_ours:
            listener.listen()
            self.assertIsNone(client.connect(list(listener.getsockname())))
            u = self.udp(["", 0])
            self.assertEqual(u.sendto(b"x", ["127.0.0.1", u.getsockname()[1]]), 1)
            for wrong in ([], ["127.0.0.1"], ["127.0.0.1", 1, 2], ["127.0.0.1", "1"], [None, 1]):
                self.assert_raises(TypeError, u.sendto, b"x", wrong)
            self.assert_raises(OverflowError, u.sendto, b"x", ["127.0.0.1", 65536])

    def test_ports_by_index_and_subclasses(self):
        class Port:
            def __index__(self):
                return 0

        class Address(tuple):
            pass

        class Name(str):
            pass

        for address in (("127.0.0.1", Port()), ("127.0.0.1", False), Address(("127.0.0.1", 0)), (Name("127.0.0.1"), 0)):
            self.assertEqual(self.udp(address).getsockname()[0], "127.0.0.1")

    def test_an_index_that_raises_is_heard(self):
        class Port:
            def __index__(self):
                raise LookupError("no port today")

        self.assert_all(LookupError, ("127.0.0.1", Port()))

    def test_the_empty_host_is_any_address(self):
        s = self.udp(("", 0))
        self.assertEqual(s.getsockname()[0], "0.0.0.0")
        self.assertGreater(s.getsockname()[1], 0)
        # To send to, it is this machine.
        s.sendto(b"x", ("", s.getsockname()[1]))
        self.assertEqual(s.recv_into(bytearray(2)), 1)

    def test_broadcast(self):
        s = self.udp()
        refused = outcome(s.sendto, b"x", ("<broadcast>", 9)) == (PermissionError, errno.EACCES)
        self.assertEqual(refused, self.differs("broadcast-option", True, False))
        self.assertEqual(self.udp(("<broadcast>", 0)).getsockname()[0], "255.255.255.255")

    def test_names_in_the_family_of_the_socket(self):
        listener = self.listener()
        client = self.tcp()
        client.connect(("localhost", listener.getsockname()[1]))
        self.assertEqual(client.getpeername(), listener.getsockname())
        self.assertEqual(self.udp(("LOCALHOST", 0)).getsockname()[0], "127.0.0.1")

    def test_numbers_written_otherwise(self):
        for host in ("127.1", "0x7f000001", "2130706433", "0177.0.0.1"):
            with self.subTest(host=host):
                self.assertEqual(self.udp((host, 0)).getsockname()[0], "127.0.0.1")

    def test_what_comes_back_is_a_pair(self):
        client, server = self.pair()
        for address in (client.getsockname(), client.getpeername(), server.getsockname(), server.getpeername()):
            self.assertIs(type(address), tuple)
            self.assertEqual([type(i) for i in address], [str, int])
        self.assertEqual(client.getpeername(), server.getsockname())
        self.assertEqual(server.getpeername(), client.getsockname())

    def test_accept_tells_the_peer(self):
        listener = self.listener()
        client = self.tcp()
        client.connect(listener.getsockname())
        s, address = listener.accept()
        self.keep(s)
        self.assertEqual(address, client.getsockname())
        self.assertIs(type(s), type(client))

    def test_an_unbound_socket_has_no_port(self):
        self.assertEqual(self.tcp().getsockname(), ("0.0.0.0", 0))
        self.assertEqual(self.udp().getsockname(), ("0.0.0.0", 0))

    def test_the_buffer_of_a_host_is_let_go(self):
        host = bytearray(b"127.0.0.1")
        self.udp((host, 0))
        host.append(0)
        self.assert_raises(TypeError, self.udp().bind, (array.array("b"), 0))


@on_both
@unittest.skipUnless(HAS_IPV6, "no IPv6 on the loopback interface")
class IPv6Tests:
    assert_all = AddressTests.assert_all
    each_call = AddressTests.each_call

    def tcp6(self):
        s = self.keep(self.pool.socket(self.pool.AF_INET6, self.pool.SOCK_STREAM))
        s.settimeout(20)
        return s

    def test_two_to_four_items(self):
        for more in ((), (0,), (0, 0), (5,), (7, 0)):
            with self.subTest(more=more):
                listener = self.tcp6()
                listener.bind(("::1", 0, *more))
                listener.listen()
                address = listener.getsockname()
                self.assertEqual(len(address), 4)
                client = self.tcp6()
                client.connect((*address[:2], *more))
                server, peer = listener.accept()
                self.keep(server)
                self.assertEqual(peer[:2], client.getsockname()[:2])
                self.assertEqual([type(i) for i in peer], [str, int, int, int])
                client.sendall(b"six")
                self.assertEqual(recv_exactly(server, 3), b"six")

    def test_wrong_items(self):
        v6 = socket.AF_INET6
        self.assert_all(TypeError, ("::1",), (), ("::1", 1, 2, 3, 4), ("::1", 1, "0"), ("::1", 1, 0, None), ("::1", 1, 1.5), "::1", family=v6)
        self.assert_all(OverflowError, ("::1", 65536), ("::1", -1), ("::1", 1, 2**20), ("::1", 1, -1), family=v6)

    def test_scopes_out_of_range(self):
        answer = outcome(self.tcp6().connect, ("::1", closed_port(), 0, 2**32))
        self.assertEqual(answer, self.differs("scope-range", (ConnectionRefusedError, errno.ECONNREFUSED), OverflowError))

    def test_the_empty_host_and_canonical_text(self):
        s = self.tcp6()
        s.bind(("", 0))
        self.assertEqual(s.getsockname()[0], "::")
        for written, read in (("0:0:0:0:0:0:0:1", "::1"), ("::0001", "::1"), ("::ffff:127.0.0.1", "::ffff:127.0.0.1")):
            s = self.tcp6()
            s.bind((written, 0))
            self.assertEqual(s.getsockname()[0], read)

    def test_a_name_in_its_family(self):
        s = self.tcp6()
        self.assertEqual(outcome(s.bind, ("127.0.0.1", 0)), (self.pool.gaierror, -9))

    def test_broadcast(self):
        self.assertEqual(outcome(self.tcp6().bind, ("<broadcast>", 0)),
                         self.differs("broadcast-inet6", (OSError, None), (self.pool.gaierror, -2)))

    def test_datagrams(self):
        u = self.keep(self.pool.socket(self.pool.AF_INET6, self.pool.SOCK_DGRAM))
        u.settimeout(20)
        u.bind(("::1", 0))
        self.assertEqual(u.sendto(b"six", u.getsockname()), 3)
        self.assertEqual(u.recvfrom_into(bytearray(8)), (3, u.getsockname()))
