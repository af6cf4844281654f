"""What TLS sockets have of their pool: the place, the radio's switch, deadlines, errno and texts, and a listener that mute clients do not hold up."""

import errno
import os
import select
import socket
import ssl
import time
import unittest
import unittest.mock

from . import support, test_tls
from .both import outcome, recv_exactly
from .test_tls import client_context, server_context
from .waiting import CALLS, FUTEX, Call, open_descriptors, until

import hostnetwork
import socketpool
import stacknetwork


def setUpModule():
    test_tls.setUpModule()


class OnTheHost:
    address = "127.0.0.1"

    def make_radio(self):
        self.radio = hostnetwork.HostNetwork(max_sockets=8)


class OnAStack:
    address = "127.0.0.1"

    def make_radio(self):
        self.radio = stacknetwork.loopback(max_sockets=8)
        self.addCleanup(self.radio.close)


class TlsOfAPool:
    def setUp(self):
        super().setUp()
        self.make_radio()
        self.pool = socketpool.SocketPool(self.radio)
        # What a failed test leaves open is not the next one's error.
        self.addCleanup(self.radio._close_sockets)

    def keep(self, s):
        self.addCleanup(s.close)
        return s

    def listen(self, timeout=90):
        plain = self.pool.socket()
        plain.setsockopt(self.pool.SOL_SOCKET, self.pool.SO_REUSEADDR, 1)
        listener = self.keep(server_context().wrap_socket(plain, server_side=True))
        listener.bind((self.address, 0))
        listener.listen(8)
        listener.settimeout(timeout)
        return listener

    def plain(self, listener):
        s = self.keep(self.pool.socket())
        s.settimeout(20)
        s.connect(listener.getsockname())
        return s

    def client(self, listener):
        s = self.pool.socket()
        s.settimeout(20)
        tls = self.keep(client_context().wrap_socket(s, server_hostname="localhost"))
        tls.connect(listener.getsockname())
        return tls

    def connected(self):
        listener = self.listen()
        accepting = Call(listener.accept)
        client = self.client(listener)
        server = self.keep(accepting.result()[0])
        listener.close()
        return client, server

    def used(self):
        return int(repr(self.pool).split(": ")[1].split(" of ")[0])

    def test_each_tls_socket_has_a_place_until_it_is_closed(self):
        kept = []
        for _ in range(8):
            kept.append(self.keep(client_context().wrap_socket(self.pool.socket(), server_hostname="localhost")))
        self.assertEqual(self.used(), 8)
        with self.assertRaisesRegex(RuntimeError, "Out of sockets"):
            self.pool.socket()
        kept.pop().close()
        self.assertEqual(self.used(), 7)
        client, server = None, None
        for tls in kept:
            tls.close()
        self.assertEqual(self.used(), 0)
        client, server = self.connected()
        self.assertEqual(self.used(), 2)
        client.close()
        server.close()
        self.assertEqual(self.used(), 0)

    def test_closing_the_radio_closes_them(self):
        client, server = self.connected()
        server.sendall(b"some bytes that the client has not read yet")
        self.assertEqual(client.recv_into(bytearray(4)), 4)
        self.radio._close_sockets()
        self.assertEqual(self.used(), 0)
        for call in (lambda: client.recv_into(bytearray(4)), lambda: client.send(b"x"), lambda: server.recv_into(bytearray(4)), client.getpeername):
            self.assertEqual(outcome(call), (OSError, errno.EBADF))

    def test_closing_the_radio_wakes_them(self):
        client, server = self.connected()
        client.settimeout(None)
        receiving = Call(outcome, client.recv_into, bytearray(1)).until_blocked(CALLS | {FUTEX})
        self.radio._close_sockets()
        self.assertEqual(receiving.result(), (OSError, errno.EBADF))

    def test_errors_have_the_pool_s_number_and_text(self):
        client, server = self.connected()
        client.settimeout(0.05)
        with self.assertRaises(TimeoutError) as caught:
            client.recv_into(bytearray(4))
        self.assertEqual(caught.exception.errno, errno.ETIMEDOUT)
        self.assertRegex(str(caught.exception), r"recv_into from 127\.0\.0\.1:\d+ .*timed out \(ETIMEDOUT\) on radio .* after \d+\.\d+ s")
        client.setblocking(False)
        with self.assertRaises(BlockingIOError) as caught:
            client.recv_into(bytearray(4))
        self.assertIsInstance(caught.exception, ssl.SSLWantReadError)
        self.assertEqual(caught.exception.errno, errno.EAGAIN)
        with self.assertRaises(BlockingIOError) as caught:
            while True:
                client.send(bytes(100_000))
        self.assertIsInstance(caught.exception, ssl.SSLWantWriteError)
        self.assertEqual(caught.exception.errno, errno.EAGAIN)

    def test_the_handshake_keeps_the_time_out(self):
        mute = self.keep(self.pool.socket())
        mute.bind((self.address, 0))
        mute.listen(4)
        s = self.keep(self.pool.socket())
        s.settimeout(0.1)
        tls = self.keep(client_context().wrap_socket(s, server_hostname="localhost"))
        start = time.monotonic()
        with self.assertRaises(TimeoutError) as caught:
            tls.connect(mute.getsockname())
        self.assertEqual(caught.exception.errno, errno.ETIMEDOUT)
        self.assertRegex(str(caught.exception), "TLS handshake: .*ETIMEDOUT")
        self.assertGreaterEqual(time.monotonic() - start, 0.1)
        tls.close()
        mute.accept()[0].close()
        silent = self.plain(mute)
        accepted = self.keep(mute.accept()[0])
        accepted.settimeout(0.1)
        self.assertEqual(outcome(server_context().wrap_socket, accepted, server_side=True), (TimeoutError, errno.ETIMEDOUT))
        silent.close()

    def test_a_mute_client_does_not_hold_up_accept(self):
        for timeout in (None, 20):
            with self.subTest(timeout=timeout):
                listener = self.listen(timeout)
                mute = self.plain(listener)
                accepting = Call(listener.accept)
                client = self.client(listener)
                server, address = accepting.result()
                self.assertEqual(address, client.getsockname())
                self.assertEqual(server.gettimeout(), timeout)
                client.sendall(b"hello")
                self.assertEqual(recv_exactly(server, 5), b"hello")
                for s in (server, client, mute, listener):
                    s.close()
                self.assertEqual(self.used(), 0)

    def test_a_mute_client_does_not_hold_up_an_accept_that_does_not_wait(self):
        listener = self.listen(0)
        mute = self.plain(listener)
        for _ in range(3):
            self.assertEqual(outcome(listener.accept), (BlockingIOError, errno.EAGAIN))
        connecting = Call(self.client, listener)
        server = None
        while server is None:
            self.assertEqual(select.select([listener], [], [], 20)[0], [listener])
            try:
                server, _ = listener.accept()
            except BlockingIOError:
                pass
        client = connecting.result()
        self.keep(server)
        self.assertEqual(server.gettimeout(), 0)
        client.sendall(b"hello")
        server.settimeout(20)
        self.assertEqual(recv_exactly(server, 5), b"hello")
        mute.close()

    def test_a_socket_that_listens_already_is_wrapped_and_mute_clients_do_not_hold_it_up(self):
        plain = self.pool.socket()
        plain.bind((self.address, 0))
        plain.listen(8)
        listener = self.keep(server_context().wrap_socket(plain, server_side=True))
        listener.settimeout(0)
        mute = self.plain(listener)
        self.assertEqual(outcome(listener.accept), (BlockingIOError, errno.EAGAIN))
        listener.settimeout(20)
        accepting = Call(listener.accept)
        client = self.client(listener)
        server, address = accepting.result()
        self.keep(server)
        self.assertEqual(address, client.getsockname())
        mute.close()

    def test_wrong_arguments_and_a_wrong_order_have_the_words_of_other_sockets(self):
        client, server = self.connected()
        plain = self.keep(self.pool.socket())
        for name, arguments in (("send", ("text",)), ("sendall", ("text",)), ("send", (5,)), ("sendall", (None,)), ("recv_into", (b"12",)), ("recv_into", (5,)),
                                ("recv_into", (bytearray(2), 3)), ("recv_into", (bytearray(2), "1")), ("settimeout", ("5",)), ("settimeout", (-1,)),
                                ("setsockopt", (1, 2, "x")), ("connect", ("localhost", 80)), ("bind", ("localhost", 80)), ("connect", (("https://localhost", 80),))):
            with self.subTest(call=name, arguments=arguments):
                self.assertEqual(self.words(client, name, *arguments), self.words(plain, name, *arguments))
        early = self.keep(client_context().wrap_socket(self.pool.socket(), server_hostname="localhost"))
        for name, arguments in (("send", (b"x",)), ("sendall", (b"x",)), ("recv_into", (bytearray(1),))):
            kind, text = self.words(early, name, *arguments)
            self.assertEqual(kind, OSError)
            self.assertRegex(text, rf"^\[Errno 107\] {name}: not connected .*connect\(\) first")
        client.close()
        plain.close()
        for name, arguments in (("send", (b"x",)), ("sendall", (b"x",)), ("send", (bytes(100_000),)), ("recv_into", (bytearray(1),)), ("settimeout", (1,)), ("accept", ())):
            with self.subTest(closed=name):
                self.assertEqual(outcome(getattr(client, name), *arguments), (OSError, errno.EBADF))
        with self.assertRaises(OSError) as caught:
            client_context().wrap_socket(plain, server_hostname="localhost")
        self.assertEqual(caught.exception.errno, errno.EBADF)
        server.close()

    def words(self, s, name, *arguments):
        with self.assertRaises(Exception) as caught:
            getattr(s, name)(*arguments)
        return type(caught.exception), str(caught.exception)

    def test_clients_that_leave_are_no_error_of_accept(self):
        listener = self.listen()
        self.plain(listener).close()
        resets = self.plain(listener)
        accepting = Call(listener.accept)
        until(lambda: self.used() >= 3)
        resets.send(b"\x16\x03\x01")
        resets.close()
        self.client(listener)
        self.keep(accepting.result()[0])

    def test_an_accept_that_nobody_shakes_hands_with_ends_with_its_time_out(self):
        listener = self.listen(0.2)
        self.assertEqual(outcome(listener.accept), (TimeoutError, errno.ETIMEDOUT))
        self.plain(listener)
        self.assertEqual(outcome(listener.accept), (TimeoutError, errno.ETIMEDOUT))
        self.assertEqual(listener.gettimeout(), 0.2)

    def test_mute_clients_make_room_when_the_pool_is_full(self):
        listener = self.listen(0)
        theirs = []
        for _ in range(3):
            theirs.append(self.plain(listener))
        self.assertEqual(outcome(listener.accept), (BlockingIOError, errno.EAGAIN))
        self.assertEqual(self.used(), 7)
        theirs.pop().close()
        connecting = Call(self.client, listener)  # and now all 8 are taken, by 3 mute clients among others
        server = None
        while server is None:
            select.select([listener], [], [], 20)
            try:
                server, _ = listener.accept()
            except BlockingIOError:
                pass
        self.keep(server)
        connecting.result()

    def test_close_wakes_an_accept_that_waits_for_a_mute_client(self):
        listener = self.listen(None)
        self.plain(listener)
        accepting = Call(outcome, listener.accept)
        until(lambda: self.used() == 3)  # the listener, the client, and the client's other end
        listener.close()
        self.assertEqual(accepting.result(), (OSError, errno.EBADF))

    def test_a_client_that_refuses_is_an_error_of_accept_with_the_number_that_boards_know(self):
        listener = self.listen()
        accepting = Call(outcome, listener.accept)
        with self.pool.socket() as s:
            s.settimeout(20)
            s.connect(listener.getsockname())
            self.assertRaises(ssl.SSLCertVerificationError, ssl.create_default_context().wrap_socket, s, server_hostname="localhost")
        self.assertEqual(accepting.result(), (ssl.SSLError, -0x7780))
        accepting = Call(listener.accept)
        self.client(listener)
        self.keep(accepting.result()[0])

    def test_nothing_is_left_behind(self):
        self.connected()[0].close()
        self.radio._close_sockets()
        before = open_descriptors()
        listener = self.listen()
        mute = self.plain(listener)
        accepting = Call(listener.accept)
        client = self.client(listener)
        server, _ = accepting.result()
        listener.fileno()
        for s in (client, server, mute, listener):
            s.close()
        until(lambda: open_descriptors() == before)
        self.assertEqual(self.used(), 0)
        self.assertEqual(listener.fileno(), -1)

    def test_unwrap_gives_the_plain_socket_back(self):
        client, server = self.connected()
        ending = Call(server.unwrap)
        plain = client.unwrap()
        other = ending.result()
        plain.settimeout(20)
        other.settimeout(20)
        self.assertIs(type(plain), socketpool.Socket)


class TlsOfTheHostTests(TlsOfAPool, OnTheHost, support.TestCase):
    def test_a_client_that_shakes_hands_is_not_dropped_for_others_when_the_pool_is_full(self):
        listener = self.listen(0)
        others = socketpool.SocketPool(hostnetwork.HostNetwork(max_sockets=64))
        plain = [self.keep(others.socket()) for _ in range(9)]
        for s in plain:
            s.connect(listener.getsockname())
            s.settimeout(0)
        client = self.keep(client_context().wrap_socket(plain[0], server_hostname="localhost"))
        self.assertRaises(BlockingIOError, client.do_handshake)  # it has said hello, and waits for the answer
        with unittest.mock.patch("socketpool._reception._COURTESY", 20):
            self.assertEqual(outcome(listener.accept), (BlockingIOError, errno.EAGAIN))
            self.assertEqual(self.used(), 8)
            client.do_handshake()
            server, address = listener.accept()
        self.keep(server)
        self.assertEqual(address, client.getsockname())


class TlsOfAStackTests(TlsOfAPool, OnAStack, support.TestCase):
    pass


class HookTests(support.TestCase):
    """Whichever of socketpool and ssl is imported first."""

    def test_the_order_of_imports_does_not_matter(self):
        for imports in ("import ssl; import socketpool", "import socketpool; import ssl", "import socketpool, sys; s = socketpool.SocketPool(socketpool._HostNetwork()).socket(); s.close(); import ssl",
                        "import wifi; import ssl; import importlib; importlib.reload(ssl)"):
            with self.subTest(imports=imports):
                self.assertEqual(self.run_python("-c", f"""{imports}
import socket, socketpool, ssl, wifi
pool = socketpool.SocketPool(wifi.radio)
context = ssl.create_default_context()
with context.wrap_socket(pool.socket(), server_hostname="localhost") as ours, context.wrap_socket(socket.socket(), server_hostname="localhost") as theirs:
    print(type(ours).__name__, type(theirs) is ssl.SSLSocket, type(theirs).__mro__[1] is socket.socket)
"""), "TLSSocket True True\n")

    def test_a_program_without_tls_does_not_import_ssl(self):
        self.assertEqual(self.run_python("-c", "import socketpool, wifi, sys; print('ssl' in sys.modules, 'socket' in sys.modules)"), "False False\n")

    def test_contexts_of_a_program_s_own_class_keep_to_the_pool(self):
        self.run_python("-c", """
import socketpool, ssl, wifi
class Context(ssl.SSLContext):
    pass
with Context(ssl.PROTOCOL_TLS_SERVER).wrap_socket(socketpool.SocketPool(wifi.radio).socket(), server_side=True) as s:
    assert type(s).__name__ == "TLSSocket", s
""")


if __name__ == "__main__":
    unittest.main()
