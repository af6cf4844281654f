"""TLS in memory: what `context.wrap_socket()` makes of a pool's socket, against CPython's `ssl` on either side."""

import contextlib
import os
import random
import socket
import ssl
import threading

from . import support, test_tls
from .both import POOL, recv_exactly, read_to_end
from .test_tls import client_context, server_context
from .waiting import CALLS, FUTEX, Call

from socketpool._tls import TLSSocket, ssl_wrap

SEED = int(os.environ.get("SEED", random.randrange(2**32)))


def setUpModule():
    test_tls.setUpModule()
    print(f"SEED={SEED}", end=" ")


class MemoryTlsTests(support.TestCase):
    def keep(self, s):
        self.addCleanup(s.close)
        return s

    def theirs(self):
        """A listener of CPython's."""
        return self.keep(socket.create_server(("127.0.0.1", 0)))

    def client(self, address, timeout=90):
        s = self.keep(POOL.socket())
        s.settimeout(timeout)
        s.connect(address)
        return s

    def serve(self, answer):
        """CPython's ssl as the server of one client, in a thread. Its address and its call."""
        listener = self.theirs()

        def run():
            connection = listener.accept()[0]
            connection.settimeout(20)
            with server_context().wrap_socket(connection, server_side=True) as tls:
                return answer(tls)

        return listener.getsockname(), Call(run)

    def reverse(self, count):
        """An answer for serve(): what came, the other way round."""
        return lambda tls: tls.sendall(recv_exactly(tls, count)[::-1])

    def test_bytes_arrive_both_ways(self):
        data = random.Random(SEED).randbytes(1_000_000)
        address, server = self.serve(self.reverse(len(data)))
        with ssl_wrap(client_context(), self.client(address), server_hostname="localhost") as tls:
            self.assertIs(type(tls), TLSSocket)
            self.assertEqual(tls.getpeercert()["subject"], ((("commonName", "localhost"),),))
            self.assertIn(tls.version(), ("TLSv1.2", "TLSv1.3"))
            tls.sendall(data)
            self.assertEqual(recv_exactly(tls, len(data)), data[::-1], f"SEED={SEED}")
            server.result()
            self.assertEqual(tls.recv_into(bytearray(1)), 0)
            self.assertEqual(tls.recv_into(bytearray(1)), 0)

    def test_every_version_of_tls(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.subTest(version=version):
                context = client_context()
                context.minimum_version = context.maximum_version = version
                address, server = self.serve(self.reverse(100))
                with ssl_wrap(context, self.client(address), server_hostname="localhost") as tls:
                    self.assertEqual(tls.version(), version.name.replace("_", "."))
                    tls.sendall(bytes(range(100)))
                    self.assertEqual(recv_exactly(tls, 100), bytes(range(100))[::-1])
                server.result()

    def test_wrapped_before_connect(self):
        address, server = self.serve(self.reverse(10))
        tls = self.keep(ssl_wrap(client_context(), POOL.socket(), server_hostname="localhost"))
        self.assertIsNone(tls.version())
        tls.settimeout(20)
        tls.connect(address)
        tls.sendall(b"0123456789")
        self.assertEqual(recv_exactly(tls, 10), b"9876543210")
        server.result()

    def test_a_server_wrapped_before_bind(self):
        listener = self.keep(ssl_wrap(server_context(), POOL.socket(), server_side=True))
        listener.settimeout(20)
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def answer():
            connection, address = listener.accept()
            with connection:
                self.reverse(100_000)(connection)
                return address

        server = Call(answer)
        data = random.Random(SEED).randbytes(100_000)
        with socket.create_connection(listener.getsockname(), 20) as plain:
            with client_context().wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False) as tls:
                tls.sendall(data)
                self.assertEqual(recv_exactly(tls, len(data)), data[::-1], f"SEED={SEED}")
                # Closed, not cut off: without a goodbye this would be an SSLEOFError.
                self.assertEqual(tls.recv(1), b"")
                self.assertEqual(server.result(), tls.getsockname())

    def test_one_thread_sends_while_another_receives(self):
        data = random.Random(SEED).randbytes(2_000_000)

        def both(tls):
            sender = Call(tls.sendall, data)
            received = recv_exactly(tls, len(data))
            sender.result()
            return received

        # Ours on both ends: CPython's SSLSocket is not said to do this.
        plain = self.keep(POOL.socket())
        plain.bind(("127.0.0.1", 0))
        plain.listen()
        client = self.client(plain.getsockname())
        accepted = self.keep(plain.accept()[0])
        accepted.settimeout(20)
        wrapped = Call(lambda: ssl_wrap(server_context(), accepted, server_side=True))
        ours = ssl_wrap(client_context(), client, server_hostname="localhost")
        server = wrapped.result()
        far = Call(both, server)
        self.assertEqual(both(ours), data, f"SEED={SEED}")
        self.assertEqual(far.result(), data, f"SEED={SEED}")

    def test_an_unknown_authority_is_refused(self):
        address, server = self.serve(self.reverse(1))
        s = self.client(address)
        self.assertRaises(ssl.SSLCertVerificationError, ssl_wrap, ssl.create_default_context(), s, server_hostname="localhost")
        self.assertEqual(s.fileno(), -1)
        # Told why, by an alert.
        with self.assertRaises(ssl.SSLError) as caught:
            server.result()
        self.assertIn("UNKNOWN_CA", caught.exception.reason.upper())

    def test_the_wrong_name_is_refused(self):
        address, server = self.serve(self.reverse(1))
        self.assertRaises(ssl.SSLCertVerificationError, ssl_wrap, client_context(), self.client(address), server_hostname="elsewhere.test")
        self.assertRaises(OSError, server.result)

    def test_a_name_is_wanted_where_it_is_checked(self):
        self.assertRaises(ValueError, ssl_wrap, client_context(), self.keep(POOL.socket()))

    def test_a_time_out_is_for_the_whole_call(self):
        s = self.client(self.theirs().getsockname(), 0.1)
        with self.assertRaises(TimeoutError) as caught:
            ssl_wrap(client_context(), s, server_hostname="localhost")
        self.assertEqual(caught.exception.errno, 110)

    def test_a_time_out_leaves_the_connection_usable(self):
        address, server = self.serve(self.reverse(3))
        with ssl_wrap(client_context(), self.client(address), server_hostname="localhost") as tls:
            tls.settimeout(0.05)
            self.assertRaises(TimeoutError, tls.recv_into, bytearray(3))
            self.assertEqual(tls.gettimeout(), 0.05)
            tls.settimeout(20)
            tls.sendall(b"abc")
            self.assertEqual(recv_exactly(tls, 3), b"cba")
            server.result()

    def test_without_waiting(self):
        listener = self.theirs()
        s = self.client(listener.getsockname())
        s.setblocking(False)
        tls = self.keep(ssl_wrap(client_context(), s, server_hostname="localhost", do_handshake_on_connect=False))
        self.assertRaises(ssl.SSLWantReadError, tls.do_handshake)
        self.assertRaises(ssl.SSLWantReadError, tls.recv_into, bytearray(1))

        def answer():
            with server_context().wrap_socket(listener.accept()[0], server_side=True) as theirs:
                theirs.settimeout(20)
                return len(read_to_end(theirs))

        server = Call(answer)
        tls.setblocking(True)
        tls.do_handshake()
        tls.setblocking(False)
        sent = 0
        # Until the peer, which reads, has got many times what the kernel holds.
        while sent < 20_000_000:
            with contextlib.suppress(ssl.SSLWantWriteError):
                sent += tls.send(bytes(100_000))
        tls.setblocking(True)
        tls.shutdown(1)
        self.assertEqual(server.result(), sent)

    def test_a_send_that_finds_no_room_says_so(self):
        reads = threading.Event()
        address, server = self.serve(lambda tls: reads.wait(20) and len(read_to_end(tls)))
        with ssl_wrap(client_context(), self.client(address), server_hostname="localhost") as tls:
            tls.setblocking(False)
            with self.assertRaises(ssl.SSLWantWriteError):
                while True:
                    tls.send(bytes(100_000))
            reads.set()
        self.assertGreater(server.result(), 0)

    def test_close_wakes_a_receiver(self):
        address, server = self.serve(lambda tls: tls.recv(1))
        tls = ssl_wrap(client_context(), self.client(address, None), server_hostname="localhost")
        call = Call(tls.recv_into, bytearray(1)).until_blocked(CALLS | {FUTEX})
        tls.close()
        with self.assertRaises(OSError) as caught:
            call.result()
        self.assertEqual(caught.exception.errno, 9)
        self.assertEqual(server.result(), b"")
        tls.close()

    def test_a_stream_that_was_cut_off_is_told_on_demand(self):
        for suppresses in (True, False):
            address, server = self.serve(lambda tls: None)  # CPython closes without a goodbye
            with ssl_wrap(client_context(), self.client(address), server_hostname="localhost", suppress_ragged_eofs=suppresses) as tls:
                server.result()
                if suppresses:
                    self.assertEqual(tls.recv_into(bytearray(1)), 0)
                else:
                    self.assertRaises(ssl.SSLEOFError, tls.recv_into, bytearray(1))

    def test_buffers_are_filled_as_far_as_asked(self):
        address, server = self.serve(lambda tls: tls.sendall(b"0123456789"))
        with ssl_wrap(client_context(), self.client(address), server_hostname="localhost") as tls:
            buffer = bytearray(b"-" * 8)
            self.assertEqual(tls.recv_into(buffer, 3), 3)
            self.assertEqual(buffer, b"012-----")
            self.assertEqual(tls.pending(), 7)
            self.assertEqual(tls.recv_into(memoryview(buffer)[6:], 0), 2)
            self.assertEqual(buffer, b"012---34")
            self.assertRaises(ValueError, tls.recv_into, buffer, 9)
            self.assertEqual(tls.recv_into(bytearray()), 0)
            self.assertEqual(tls.send(b""), 0)
            server.result()

    def test_a_socket_without_a_connection_says_so(self):
        tls = self.keep(ssl_wrap(client_context(), POOL.socket(), server_hostname="localhost"))
        for call in (lambda: tls.send(b"x"), lambda: tls.recv_into(bytearray(1)), tls.do_handshake, tls.getpeercert):
            with self.assertRaises(OSError) as caught:
                call()
            self.assertEqual(caught.exception.errno, 107)

    def test_a_datagram_socket_is_refused(self):
        s = self.keep(POOL.socket(POOL.AF_INET, POOL.SOCK_DGRAM))
        self.assertRaises(NotImplementedError, ssl_wrap, client_context(), s, server_hostname="localhost")

    def test_it_has_no_allocating_receive(self):
        tls = self.keep(ssl_wrap(client_context(), POOL.socket(), server_hostname="localhost"))
        self.assertFalse(hasattr(tls, "recv"))
        self.assertEqual(hash(tls), hash(tls))
        self.assertRaises(TypeError, TLSSocket)

    def test_contexts_answer_with_it_for_a_pool_s_sockets_and_with_cpython_s_for_others(self):
        ours = self.keep(POOL.socket())
        address, server = self.serve(self.reverse(2))
        tls = self.keep(client_context().wrap_socket(ours, server_hostname="localhost"))
        self.assertIs(type(tls), TLSSocket)
        tls.connect(address)
        tls.sendall(b"ab")
        self.assertEqual(recv_exactly(tls, 2), b"ba")
        server.result()
        with client_context().wrap_socket(socket.socket(), server_hostname="localhost") as other:
            self.assertIs(type(other), ssl.SSLSocket)
