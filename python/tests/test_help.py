"""What errors say to a beginner, in Python's words, and where the table of holders says a socket was made."""

import errno
import os
import re
import ssl
import tempfile
import unittest

from . import support
from .waiting import CALLS, FUTEX, Call

import socketpool

POOL_RADIO = socketpool._HostNetwork(max_sockets=4)
POOL = socketpool.SocketPool(POOL_RADIO)

# What .NET programs call things, and Python programs do not.
DOTNET = re.compile(r"ReuseAddress|SetTimeout|SetBlocking|PoolSocket|SocketPool\.Dump|SocketPools|IPEndPoint|Parameter '|Exception\b|\bnull\b|option Broadcast|System\.")


class HelpTests(support.TestCase):
    def socket(self, *arguments):
        s = POOL.socket(*arguments)
        self.addCleanup(s.close)
        return s

    def says(self, kind, pattern, call, *arguments):
        with self.assertRaises(kind) as caught:
            call(*arguments)
        self.assertRegex(str(caught.exception), pattern)
        self.assertIsNone(DOTNET.search(str(caught.exception)), str(caught.exception))
        return caught.exception

    def test_a_url_as_host(self):
        for url in ("https://example.com/index.html", "http://example.com", "example.com/data"):
            for call in (lambda: self.socket().connect((url, 80)), lambda: POOL.getaddrinfo(url, 80), lambda: self.socket(2, 2).sendto(b"x", (url, 9))):
                self.assertEqual(self.says(POOL.gaierror, 'the host alone is "example.com"', call).errno, POOL.EAI_NONAME)
                POOL_CLOSE()

    def test_a_second_bind_and_a_port_that_is_taken(self):
        s = self.socket()
        s.bind(("127.0.0.1", 0))
        self.assertEqual(self.says(OSError, "bound once", s.bind, ("127.0.0.1", 0)).errno, errno.EINVAL)
        self.assertEqual(self.says(OSError, r"setsockopt\(pool\.SOL_SOCKET, pool\.SO_REUSEADDR, 1\)", self.socket().bind, s.getsockname()).errno, errno.EADDRINUSE)

    def test_accept_without_listen(self):
        self.assertEqual(self.says(OSError, r"listen\(\) first", self.socket().accept).errno, errno.EINVAL)

    def test_an_address_in_two_arguments(self):
        self.says(TypeError, r"connect\(\(host, port\)\)", self.socket().connect, "localhost", 80)
        self.says(TypeError, r"bind\(\(host, port\)\)", self.socket().bind, "localhost", 80)
        self.says(TypeError, r"sendto\(bytes, \(host, port\)\)", self.socket().sendto, b"x", "localhost", 80)
        self.says(TypeError, r"connect\(\(host, port\)\)", self.socket().connect, "localhost")

    def test_text_in_place_of_bytes(self):
        s = self.socket()
        for call in (s.send, s.sendall, lambda text: s.sendto(text, ("127.0.0.1", 9))):
            self.says(TypeError, r"\.encode\(\)", call, "text")

    def test_not_ready_without_waiting(self):
        s = self.socket(2, 2)
        s.setblocking(False)
        self.assertEqual(self.says(BlockingIOError, r"settimeout\(0\)", s.recv_into, bytearray(1)).errno, errno.EAGAIN)
        listener = self.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0)
        self.assertEqual(self.says(BlockingIOError, r"settimeout\(0\)", listener.accept).errno, errno.EAGAIN)

    def test_an_option_that_is_settimeout_s(self):
        self.says(OSError, r"settimeout\(\)", self.socket().setsockopt, 1, 20, bytes(16))

    def test_a_socket_without_a_connection(self):
        self.says(OSError, r"connect\(\) first", self.socket().recv_into, bytearray(1))

    def test_a_time_out_that_is_text(self):
        for value in ("5", b"5"):
            self.says(TypeError, r"settimeout\(5\)", self.socket().settimeout, value)

    def test_a_receive_without_a_time_out_is_told_once(self):
        out = self.run_python("-c", """
import socketpool, sys, threading, time, warnings, wifi
socketpool._hint_after(0.05)
pool = socketpool.SocketPool(wifi.radio)
told = threading.Event()
warnings.showwarning = lambda message, category, *place: (print(category.__name__, "settimeout" in str(message)), told.set())
s = pool.socket(2, 2)
s.bind(("127.0.0.1", 0))
threading.Thread(target=lambda: (told.wait(20), s.sendto(b"x", s.getsockname()))).start()
print(s.recv_into(bytearray(1)))
threading.Timer(0.2, s.sendto, (b"x", s.getsockname())).start()
print(s.recv_into(bytearray(1)))
s.close()
""")
        self.assertEqual(out, "RuntimeWarning True\n1\n1\n")

    def test_a_datagram_that_nobody_sends_is_told_too(self):
        out = self.run_python("-c", """
import socketpool, threading, warnings, wifi
socketpool._hint_after(0.05)
pool = socketpool.SocketPool(wifi.radio)
told = threading.Event()
warnings.showwarning = lambda message, category, *place: (print(category.__name__, "settimeout" in str(message)), told.set())
s = pool.socket(2, 2)
s.bind(("127.0.0.1", 0))
threading.Thread(target=lambda: (told.wait(20), s.sendto(b"x", s.getsockname()))).start()
print(s.recvfrom_into(bytearray(1))[0])
s.close()
""")
        self.assertEqual(out, "RuntimeWarning True\n1\n")

    def test_an_attribute_that_boards_have_not_says_what_to_use(self):
        tls = ssl.create_default_context().wrap_socket(self.socket(), server_hostname="localhost")
        for name, instead in (("recv", r"recv_into\(buffer\)"), ("recvfrom", "recvfrom_into"), ("makefile", "recv_into"), ("readline", "recv_into"), ("write", "send")):
            for found in (self.socket(), tls):
                error = self.says(AttributeError, f"no attribute '{name}', as on boards: .*{instead}", getattr, found, name)
                self.assertEqual((error.name, error.obj), (name, found))
                self.assertFalse(hasattr(found, name))
                self.assertFalse(hasattr(type(found), name))
                self.assertNotIn(name, [*dir(found), *dir(type(found)), *vars(type(found))])
                self.assertIsNone(getattr(found, name, None))
                self.assertIn("recv_into", dir(found))
                POOL_CLOSE()
        for name in ("timeout", "create_connection", "gethostbyname", "setdefaulttimeout"):
            self.says(AttributeError, "as on boards: ", getattr, POOL, name)
            self.assertFalse(hasattr(POOL, name))
            self.assertNotIn(name, dir(POOL))
        self.says(AttributeError, "no attribute 'settimeot'$", getattr, self.socket(), "settimeot")

    def test_a_host_that_is_none(self):
        # wifi.radio's programs read it from settings.toml.
        self.says(TypeError, "os.getenv", self.socket().connect, (None, 80))
        self.says(POOL.gaierror, r'the port is the second item of the address, \("example\.com", 80\)', self.socket().connect, ("example.com:80", 80))
        self.says(POOL.gaierror, r"strip\(\)", POOL.getaddrinfo, "example.com\n", 80)
        self.says(POOL.gaierror, r"AF_INET6", self.socket().connect, ("::1", 80))
        self.says(TypeError, r"getaddrinfo\(host, port\)\[0\]\[4\]", self.socket().connect, POOL.getaddrinfo("127.0.0.1", 80)[0])

    def test_things_in_place_of_bytes_and_buffers(self):
        s = self.socket()
        for value in (5, None, [1, 2], {"temperature": 21}, 2.5):
            for call in (s.send, s.sendall, lambda value: s.sendto(value, ("127.0.0.1", 9))):
                self.says(TypeError, rf"not '{type(value).__name__}': .*\.encode\(\)", call, value)
        self.says(TypeError, "the bytes go first", s.sendto, ("127.0.0.1", 9), b"x")
        for value in (10, b"12", "12", None, [0, 0]):
            for call in (s.recv_into, s.recvfrom_into):
                self.says(TypeError, rf"not '{type(value).__name__}': buffer = bytearray\(1024\)", call, value)

    def test_arguments_of_another_kind(self):
        s = self.socket()
        for value in ("1", None):
            self.says(TypeError, r"int or bytes, not .*setsockopt\(level, optname, 1\)", s.setsockopt, 1, 2, value)
        for value in ("5", b"5", [], {}):
            self.says(TypeError, r"settimeout\(5\)", s.settimeout, value)
        self.says(ValueError, "None waits for ever", s.settimeout, -1)
        self.says(TypeError, r"pool\.AF_INET", POOL.socket, "AF_INET")
        self.says(TypeError, r"pool\.SOCK_STREAM", POOL.socket, POOL.AF_INET, "SOCK_STREAM")
        self.says(OSError, "The family goes first", POOL.socket, 1, POOL.AF_INET)

    def test_calls_that_do_not_fit_the_socket(self):
        udp = self.socket(2, 2)
        for call in (udp.listen, udp.accept):
            self.assertEqual(self.says(OSError, r"recvfrom_into\(buffer\)", call).errno, errno.EOPNOTSUPP)
        self.assertEqual(self.says(OSError, r"every address", self.socket().bind, ("192.0.2.1", 0)).errno, errno.EADDRNOTAVAIL)
        s = self.socket()
        s.close()
        for call in (lambda: s.send(b"x"), s.accept, lambda: s.connect(("127.0.0.1", 9)), lambda: s.settimeout(1)):
            self.assertEqual(self.says(OSError, r"closed .*pool\.socket\(\)", call).errno, errno.EBADF)

    def test_strict_hides_what_no_board_has(self):
        self.run_python("-c", """
import asyncio, select, socketpool, ssl, wifi
pool = socketpool.SocketPool(wifi.radio)
with pool.socket() as s, pool.socket() as client:
    for name in ("connect_ex", "getsockname", "getpeername", "shutdown", "getsockopt", "gettimeout", "detach", "family", "proto"):
        assert not hasattr(s, name), name
    assert not hasattr(pool, "SO_BROADCAST") and not hasattr(socketpool, "getaddrinfo")
    assert hasattr(pool, "getaddrinfo") and hasattr(pool, "SO_REUSEADDR") and s.type == pool.SOCK_STREAM
    for number in range(20000, 60000):
        try:
            s.bind(("127.0.0.1", number))
            break
        except OSError:
            pass
    s.listen(1)
    client.connect(("127.0.0.1", number))
    assert select.select([s], [], [], 20)[0] == [s]
    s.accept()[0].close()
context = ssl.create_default_context()
with context.wrap_socket(pool.socket(), server_hostname="localhost") as tls:
    assert not hasattr(tls, "sendall") and not hasattr(tls, "getsockname") and hasattr(tls, "recv_into")
    tls.settimeout(1)
    repr(tls)
""", env=support.environment(SOCKETPOOL_STRICT="1"))
        out = self.run_python("-W", "ignore", "-c", "import socketpool, wifi; socketpool.SocketPool(wifi.radio).socket().connect_ex(('127.0.0.1', 9))",
                              env=support.environment(SOCKETPOOL_STRICT="1"), status=1)
        self.assertIn("connect(address) raises", out)

    def test_out_of_sockets_names_file_and_line_of_the_program(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "library.py"), "w") as file:
                file.write("def make(pool):\n    return pool.socket()\n")
            with open(os.path.join(folder, "program.py"), "w") as file:
                file.write("import socketpool, wifi, library\npool = socketpool.SocketPool(wifi.radio)\nfirst = pool.socket()\nsecond = library.make(pool)\n"
                           "try:\n    pool.socket()\nexcept RuntimeError as error:\n    print(error)\nfirst.close()\nsecond.close()\n")
            out = self.run_python(os.path.join(folder, "program.py"), env=support.environment(SOCKETPOOL_MAX_SOCKETS="2"))
        self.assertIn("program.py:3", out)
        self.assertIn("program.py:4", out)
        self.assertIsNone(DOTNET.search(out), out)

    def test_the_place_is_free_when_a_call_that_a_close_woke_has_returned(self):
        for _ in range(50):
            s = POOL.socket(2, 2)
            s.bind(("127.0.0.1", 0))

            def receive():
                try:
                    s.recv_into(bytearray(1))
                except OSError:
                    return repr(POOL)

            call = Call(receive).until_blocked(CALLS | {FUTEX})
            s.close()
            self.assertIn(" 0 of 4", call.result())


def POOL_CLOSE():
    POOL_RADIO._close_sockets()


if __name__ == "__main__":
    unittest.main()
