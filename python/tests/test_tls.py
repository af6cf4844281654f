"""CPython's ssl on sockets of a pool: client and server, wrapped before and after connect, before bind and after accept."""

import os
import shutil
import ssl
import subprocess
import tempfile
import unittest

from . import support
from .both import POOL, on_both, recv_exactly
from .waiting import Call, open_descriptors, until

FOLDER = None


def setUpModule():
    """A certificate authority and a certificate for localhost, made anew."""
    global FOLDER
    if not shutil.which("openssl"):
        raise unittest.SkipTest("openssl is missing")
    FOLDER = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(FOLDER.cleanup)

    def openssl(*arguments):
        done = subprocess.run(["openssl", *arguments], cwd=FOLDER.name, capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(done.stderr)

    with open(os.path.join(FOLDER.name, "names"), "w") as f:
        f.write("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=authority", "-days", "2",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    openssl("req", *new, "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=localhost")
    openssl("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "cert.pem", "-days", "2", "-extfile", "names")


def client_context():
    return ssl.create_default_context(cafile=os.path.join(FOLDER.name, "ca.pem"))


def server_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(FOLDER.name, "cert.pem"), os.path.join(FOLDER.name, "key.pem"))
    return context


@on_both
class TlsTests:
    def serve(self, wrap_before_bind=False):
        """A server that answers one client with what it sent, reversed. Its address and its call."""
        s = self.tcp()
        s.settimeout(20)
        if wrap_before_bind:
            s = self.keep(server_context().wrap_socket(s, server_side=True))
        s.bind(("127.0.0.1", 0))
        s.listen()

        return s.getsockname(), Call(self.answer, s)

    def answer(self, listener):
        connection = listener.accept()[0]
        connection.settimeout(20)
        with connection if hasattr(listener, "do_handshake") else server_context().wrap_socket(connection, server_side=True) as tls:
            tls.sendall(recv_exactly(tls, 100_000)[::-1])

    def exchange(self, tls, server):
        data = os.urandom(100_000)
        tls.settimeout(20)
        with tls:
            self.assertEqual(tls.getpeercert()["subject"], ((("commonName", "localhost"),),))
            tls.sendall(data)
            self.assertEqual(recv_exactly(tls, 100_000), data[::-1])
            server.result()
            self.assertEqual(tls.recv_into(bytearray(1)), 0)

    def test_wrapped_before_connect(self):
        for host in ("localhost", "127.0.0.1"):
            address, server = self.serve()
            tls = client_context().wrap_socket(self.tcp(), server_hostname=host)
            tls.connect((host, address[1]))
            self.exchange(tls, server)

    def test_wrapped_after_connect(self):
        for seconds in (None, 20):
            address, server = self.serve()
            s = self.tcp()
            s.settimeout(seconds)
            s.connect(address)
            tls = client_context().wrap_socket(s, server_hostname="localhost")
            self.assertEqual(tls.gettimeout(), seconds)
            self.assertEqual(s.fileno() == -1, self.differs("tls-in-pool", True, False))
            self.exchange(tls, server)

    def test_a_server_wrapped_before_bind(self):
        address, server = self.serve(wrap_before_bind=True)
        s = self.tcp()
        s.connect(address)
        self.exchange(client_context().wrap_socket(s, server_hostname="localhost"), server)

    def test_an_unknown_authority_is_refused(self):
        address, server = self.serve()
        s = self.tcp()
        s.connect(address)
        self.assertRaises(ssl.SSLCertVerificationError, ssl.create_default_context().wrap_socket, s, server_hostname="localhost")
        self.assertRaises(OSError, server.result)

    def test_the_wrong_name_is_refused(self):
        address, server = self.serve()
        s = self.tcp()
        s.connect(address)
        self.assertRaises(ssl.SSLCertVerificationError, client_context().wrap_socket, s, server_hostname="elsewhere.test")
        self.assertRaises(OSError, server.result)

    def test_a_time_out_ends_the_handshake(self):
        listener = self.listener()
        s = self.tcp()
        s.settimeout(0.1)
        s.connect(listener.getsockname())
        self.assert_raises(self.timed_out(), client_context().wrap_socket, s, server_hostname="localhost")

    def test_non_blocking(self):
        listener = self.listener()
        s = self.tcp()
        s.connect(listener.getsockname())
        s.setblocking(False)
        tls = self.keep(client_context().wrap_socket(s, server_hostname="localhost", do_handshake_on_connect=False))
        # Nobody answers yet.
        self.assertRaises(ssl.SSLWantReadError, tls.do_handshake)
        server = Call(self.answer, listener)
        tls.setblocking(True)
        tls.do_handshake()
        tls.sendall(bytes(100_000))
        self.assertEqual(recv_exactly(tls, 100_000), bytes(100_000))
        server.result()

    def test_a_datagram_socket_is_refused(self):
        self.assertRaises(NotImplementedError, client_context().wrap_socket, self.udp(), server_hostname="localhost")


class TlsSlotTests(support.TestCase):
    def test_the_place_comes_back(self):
        before, descriptors = repr(POOL), open_descriptors()
        for _ in range(20):
            tls = client_context().wrap_socket(POOL.socket(), server_hostname="localhost")
            self.assertGreater(tls.fileno(), -1)
            tls.close()
        self.assertEqual(repr(POOL), before)
        until(lambda: open_descriptors() == descriptors)

    def test_the_descriptor_outlives_our_object(self):
        listener = POOL.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        s = POOL.socket()
        s.connect(listener.getsockname())
        tls = client_context().wrap_socket(s, server_hostname="localhost", do_handshake_on_connect=False)
        del s
        with listener, tls, listener.accept()[0] as server:
            server.settimeout(20)
            server.sendall(b"not TLS at all, but it comes")
            self.assertRaises(ssl.SSLError, tls.do_handshake)
