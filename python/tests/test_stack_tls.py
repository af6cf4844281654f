"""TLS over a stack's sockets, by MemoryBIO: our client and server on a cable, with certificates that openssl makes."""

import errno
import os
import shutil
import ssl
import subprocess
import tempfile
import unittest

from . import support
from .both import outcome
from .waiting import Call

import socketpool
import stacknetwork


def make_certificate(directory):
    """Files of a certificate for localhost that signs itself, and of its key."""
    certificate, key = os.path.join(directory, "server.pem"), os.path.join(directory, "server.key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=200)
    return certificate, key


@unittest.skipUnless(shutil.which("openssl"), "openssl is not on the PATH")
class TlsTests(support.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        certificate, key = make_certificate(cls.directory)
        cls.client_context = ssl.create_default_context(cafile=certificate)
        cls.server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cls.server_context.load_cert_chain(certificate, key)

    def setUp(self):
        super().setUp()
        near, far = stacknetwork.pair()
        self.addCleanup(near.close)
        self.addCleanup(far.close)
        self.pool, self.far_pool = socketpool.SocketPool(near), socketpool.SocketPool(far)

    def keep(self, sock):
        self.addCleanup(sock.close)
        return sock

    def listen(self):
        plain = self.far_pool.socket()
        plain.settimeout(20)
        listener = self.keep(stacknetwork.ssl_wrap(self.server_context, plain, server_side=True))
        listener.bind(("192.0.2.2", 443))
        listener.listen(4)
        return listener

    def client(self, hostname="localhost", context=None):
        plain = self.keep(self.pool.socket())
        plain.settimeout(20)
        return self.keep(stacknetwork.ssl_wrap(context or self.client_context, plain, server_hostname=hostname))

    def connected(self):
        listener = self.listen()
        accepting = Call(listener.accept)
        client = self.client()
        client.connect(("192.0.2.2", 443))
        server, _ = accepting.result()
        return client, self.keep(server)

    def receive(self, sock, count):
        data = bytearray(count)
        got = 0
        while got < count:
            n = sock.recv_into(memoryview(data)[got:])
            self.assertGreater(n, 0)
            got += n
        return bytes(data)

    def test_bytes_go_both_ways_and_the_end_is_told(self):
        client, server = self.connected()
        self.assertRegex(client.version(), "^TLSv1")
        self.assertEqual("localhost", dict(x[0] for x in client.getpeercert()["subject"])["commonName"])
        data = os.urandom(300_000)
        sending = Call(client.sendall, data)
        self.assertEqual(data, self.receive(server, len(data)))
        sending.result()
        self.assertEqual(6, server.send(b"answer"))
        self.assertEqual(b"answer", self.receive(client, 6))
        client.close()
        self.assertEqual(0, server.recv_into(bytearray(8)))
        self.assertEqual(0, server.recv_into(bytearray(8)))

    def test_who_is_not_trusted_is_refused_and_told(self):
        listener = self.listen()
        accepting = Call(outcome, listener.accept)
        client = self.client(context=ssl.create_default_context())
        self.assertRaisesRegex(ssl.SSLCertVerificationError, "CERTIFICATE_VERIFY_FAILED", client.connect, ("192.0.2.2", 443))
        self.assertIs(ssl.SSLError, accepting.result()[0])
        accepting = Call(outcome, listener.accept)
        self.assertRaisesRegex(ssl.SSLCertVerificationError, "Hostname mismatch", self.client("example.com").connect, ("192.0.2.2", 443))
        accepting.result()
        self.assertRaises(ValueError, self.client, None)

    def test_time_outs_have_a_number_and_zero_does_not_wait(self):
        client, server = self.connected()
        client.settimeout(0.01)
        self.assertEqual((TimeoutError, errno.ETIMEDOUT), outcome(client.recv_into, bytearray(8)))
        client.setblocking(False)
        self.assertEqual(errno.EAGAIN, outcome(client.recv_into, bytearray(8))[1])
        sent = 0
        with self.assertRaises(ssl.SSLWantWriteError):
            while True:
                sent += client.send(bytes(50_000))
        self.assertGreater(sent, 0)
        # What was taken arrives, whole and in order, once there is room.
        receiving = Call(self.receive, server, sent + 4)
        client.settimeout(20)
        client.sendall(b"last")
        self.assertEqual(bytes(sent) + b"last", receiving.result())

    def test_wrap_socket_serves_the_host_s_sockets_and_a_stack_s(self):
        self.run_python("-c", f"""
import hostnetwork, socketpool, ssl, stacknetwork, threading
context = ssl.create_default_context(cafile={os.path.join(self.directory, "server.pem")!r})
serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
serving.load_cert_chain({os.path.join(self.directory, "server.pem")!r}, {os.path.join(self.directory, "server.key")!r})
kind = stacknetwork.TLSSocket
for radio in (hostnetwork.HostNetwork(), stacknetwork.loopback()):
    pool = socketpool.SocketPool(radio)
    with serving.wrap_socket(pool.socket(), server_side=True) as listener:
        assert type(listener) is kind, listener
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        def serve():
            server, _ = listener.accept()
            with server:
                buffer = bytearray(100)
                server.sendall(bytes(buffer[:server.recv_into(buffer)]).upper())
        thread = threading.Thread(target=serve)
        thread.start()
        with context.wrap_socket(pool.socket(), server_hostname="localhost") as client:
            assert type(client) is kind, client
            client.settimeout(20)
            client.connect(("127.0.0.1", listener.getsockname()[1]))
            client.sendall(b"shout")
            buffer = bytearray(100)
            assert buffer[:client.recv_into(buffer)] == b"SHOUT", buffer
        thread.join()
""")

    def test_only_streams_are_wrapped(self):
        self.assertRaises(NotImplementedError, stacknetwork.ssl_wrap, self.client_context, self.keep(self.pool.socket(type=2)), server_hostname="localhost")
        self.assertRaisesRegex(TypeError, "ssl_wrap", stacknetwork.TLSSocket)


if __name__ == "__main__":
    unittest.main()
