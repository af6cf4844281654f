"""Failures: which class, which errno."""

import errno
import select
import socket
import struct

from .both import closed_port, on_both, outcome

LINGER_RESETS = struct.pack("ii", 1, 0)
REFUSED = (ConnectionRefusedError, errno.ECONNREFUSED)
RESET = (ConnectionResetError, errno.ECONNRESET)
PIPE = (BrokenPipeError, errno.EPIPE)


def os_error(number):
    return (OSError, number)


@on_both
class ErrorTests:
    def reset_pair(self, timeout=90):
        """A client whose peer has sent a reset."""
        client, server = self.pair(timeout)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_RESETS)
        server.close()
        select.select([client.fileno()], [], [], 20)
        return client

    def test_refused_in_every_mode(self):
        for seconds in (None, 5, 0):
            client = self.tcp()
            client.settimeout(seconds)
            address = ("127.0.0.1", closed_port())
            first = outcome(client.connect, address)
            if seconds == 0 and first == (BlockingIOError, errno.EINPROGRESS):
                select.select([], [client.fileno()], [], 20)
                self.assertEqual(client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), errno.ECONNREFUSED)
            else:
                self.assertEqual(first, REFUSED)
            self.assertEqual(self.tcp().connect_ex(address), errno.ECONNREFUSED)

    def test_a_blocking_socket_may_connect_again_after_a_refusal(self):
        client = self.tcp()
        self.assert_raises(REFUSED, client.connect, ("127.0.0.1", closed_port()))
        listener = self.listener()
        client.connect(listener.getsockname())

    def test_so_may_ours_with_a_time_out(self):
        client = self.tcp()
        client.settimeout(20)
        self.assert_raises(REFUSED, client.connect, ("127.0.0.1", closed_port()))
        listener = self.listener()
        self.assertEqual(outcome(client.connect, listener.getsockname()),
                         self.differs("connect-again", (ConnectionAbortedError, errno.ECONNABORTED), None))

    def test_a_reset_is_told_once_then_the_end(self):
        for seconds in (None, 5, 0):
            with self.subTest(seconds=seconds):
                client = self.reset_pair(seconds)
                self.assert_raises(RESET, client.recv_into, bytearray(8))
                self.assertEqual(client.recv_into(bytearray(8)), 0)
                self.assertEqual(client.recv_into(bytearray(8)), 0)
                self.assert_raises(PIPE, client.send, b"x")
                self.assert_raises(PIPE, client.sendall, b"x")

    def test_a_reset_is_told_to_a_send_too(self):
        for name in ("send", "sendall"):
            client = self.reset_pair()
            self.assert_raises(RESET, getattr(client, name), b"x")
            self.assert_raises(PIPE, getattr(client, name), b"x")

    def test_sends_on_what_is_not_connected(self):
        for seconds in (None, 0):
            s = self.tcp()
            s.settimeout(seconds)
            self.assert_raises(PIPE, s.send, b"x")
            self.assert_raises(PIPE, s.sendall, b"x")
            self.assert_raises(os_error(errno.ENOTCONN), s.recv_into, bytearray(8))
            self.assert_raises(os_error(errno.ENOTCONN), s.recvfrom_into, bytearray(8))
            self.assert_raises(os_error(errno.ENOTCONN), s.getpeername)
            self.assert_raises(os_error(errno.ENOTCONN), s.shutdown, 2)
            self.assert_raises(os_error(errno.EINVAL), s.accept)
            u = self.udp(timeout=seconds)
            self.assert_raises(os_error(errno.EDESTADDRREQ), u.send, b"x")
            self.assert_raises(os_error(errno.EDESTADDRREQ), u.sendall, b"x")

    def test_a_listener_neither_sends_nor_receives(self):
        for seconds in (None, 0):
            s = self.listener(timeout=seconds)
            self.assert_raises(PIPE, s.send, b"x")
            self.assert_raises(os_error(errno.ENOTCONN), s.recv_into, bytearray(8))

    def test_what_can_never_come_is_not_waited_for(self):
        s = self.listener(timeout=0.05)
        self.assertEqual(outcome(s.recv_into, bytearray(8)),
                         self.differs("asks-first", (TimeoutError, None), os_error(errno.ENOTCONN)))

    def test_connected_already(self):
        listener = self.listener()
        client = self.tcp()
        client.connect(listener.getsockname())
        self.assert_raises(os_error(errno.EISCONN), client.connect, ("127.0.0.1", 9))
        self.assertEqual(client.connect_ex(("127.0.0.1", 9)), errno.EISCONN)

    def test_addresses_that_cannot_be_bound(self):
        listener = self.listener()
        self.assert_raises(os_error(errno.EADDRINUSE), self.tcp().bind, listener.getsockname())
        self.assert_raises(os_error(errno.EADDRNOTAVAIL), self.tcp().bind, ("192.0.2.1", 0))
        bound = self.tcp()
        bound.bind(("127.0.0.1", 0))
        self.assert_raises(os_error(errno.EINVAL), bound.bind, ("127.0.0.1", 0))
        refused = outcome(self.udp().connect, ("255.255.255.255", 9)) == (PermissionError, errno.EACCES)
        self.assertEqual(refused, self.differs("broadcast-option", True, False))

    def test_calls_that_a_type_does_not_have(self):
        u = self.udp()
        self.assert_raises(os_error(errno.EOPNOTSUPP), u.listen)
        u.settimeout(None)
        self.assert_raises(os_error(errno.EOPNOTSUPP), u.accept)
        client, _ = self.pair()
        self.assertIn(outcome(client.sendto, b"x", ("127.0.0.1", 9)), (1, os_error(errno.EISCONN)))

    def test_a_datagram_too_long(self):
        u = self.udp(("127.0.0.1", 0))
        self.assert_raises(os_error(errno.EMSGSIZE), u.sendto, bytes(65508), u.getsockname())
        self.assertEqual(u.sendto(bytes(65507), u.getsockname()), 65507)

    def test_unknown_options(self):
        s = self.tcp()
        self.assert_raises(os_error(errno.ENOPROTOOPT), s.setsockopt, socket.IPPROTO_TCP, 999, 1)
        self.assert_raises(os_error(errno.ENOPROTOOPT), s.getsockopt, socket.IPPROTO_TCP, 999)
        for length in (1025, -1):
            self.assertEqual(outcome(s.getsockopt, socket.SOL_SOCKET, socket.SO_TYPE, length),
                             self.differs("buflen", (OSError, None), os_error(errno.EINVAL)))

    def test_sockets_that_cannot_be(self):
        for arguments, error in (((99,), os_error(errno.EAFNOSUPPORT)), ((2, 99), os_error(errno.EINVAL)),
                                 ((2, 2, 6), os_error(errno.EPROTONOSUPPORT)), ((2, 1, 17), os_error(errno.EPROTONOSUPPORT)),
                                 ((2, 1, 99), os_error(errno.EPROTONOSUPPORT)), ((2, 1, -5), os_error(errno.EINVAL)),
                                 ((2**70,), OverflowError), ((2, 2**70), OverflowError), ((2, 1, 2**40), OverflowError),
                                 (("x",), TypeError), ((None,), TypeError), ((2.0,), TypeError),
                                 ((2, "s"), TypeError), ((2, None), TypeError), ((2, 1.0), TypeError), ((2, 1, ""), TypeError)):
            with self.subTest(arguments=arguments):
                self.assert_raises(error, self.pool.socket, *arguments)

    def test_minus_one_is_no_type(self):
        def make():
            self.pool.socket(2, -1).close()

        self.assertEqual(outcome(make), self.differs("minus-one", None, os_error(errno.EINVAL)))

    def test_names_that_do_not_resolve(self):
        unknown = (self.pool.gaierror, -2)
        name = ("<nobody>", 80)
        self.assertIs(self.pool.gaierror, socket.gaierror)
        self.assertTrue(issubclass(self.pool.gaierror, OSError))
        self.assert_raises(unknown, self.pool.getaddrinfo, *name)
        self.assert_raises(unknown, self.tcp().connect, name)
        self.assert_raises(unknown, self.tcp().connect_ex, name)
        self.assert_raises(unknown, self.tcp().bind, name)
        self.assert_raises(unknown, self.udp().sendto, b"x", name)
        for wrong in ("1.2.3", "::1", "not a host", "exa mple", "[::1]"):
            with self.subTest(wrong=wrong):
                with socket.socket() as oracle:
                    self.assertEqual(outcome(self.tcp().connect_ex, (wrong, 9)), outcome(oracle.connect_ex, (wrong, 9)))

    def test_text_says_what_happened(self):
        with self.assertRaises(ConnectionRefusedError) as caught:
            self.tcp().connect(("127.0.0.1", closed_port()))
        self.assertIsInstance(caught.exception.strerror, str)
        self.assertTrue(caught.exception.strerror)
        with self.assertRaises(self.pool.gaierror) as caught:
            self.pool.getaddrinfo("<nobody>", 1)
        self.assertTrue(caught.exception.strerror)
