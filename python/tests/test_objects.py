"""The objects: what they have, how they look, how they end."""

import copy
import errno
import gc
import inspect
import pickle
import socket
import unittest
import weakref

import socketpool

from . import support
from .both import POOL, RADIO, on_both, outcome

BUFFER = bytearray(8)
CLOSED = (OSError, errno.EBADF)


@on_both
class ClosedTests:
    def test_every_call_says_ebadf(self):
        for close in ("close", "__exit__", "detach"):
            for s in (self.tcp(), self.udp(), *self.pair(), self.listener()):
                if close == "__exit__":
                    with s:
                        pass
                else:
                    descriptor = getattr(s, close)()
                    if close == "detach":
                        socket.close(descriptor)
                for call in (s.accept, lambda: s.bind(("127.0.0.1", 0)), lambda: s.connect(("127.0.0.1", 9)), s.listen, lambda: s.listen(1),
                             lambda: s.recv_into(BUFFER), lambda: s.recvfrom_into(BUFFER), lambda: s.recv_into(BUFFER, 3),
                             lambda: s.send(b"x"), lambda: s.send(b""), lambda: s.sendall(b"x"), lambda: s.sendto(b"x", ("127.0.0.1", 9)),
                             lambda: s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1), lambda: s.setblocking(True),
                             lambda: s.setblocking(False), lambda: s.settimeout(1), lambda: s.settimeout(0), lambda: s.settimeout(None),
                             lambda: s.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE), s.getsockname, s.getpeername, lambda: s.shutdown(2)):
                    with self.subTest(close=close, call=call):
                        self.assert_raises(CLOSED, call)
                self.assertEqual(s.connect_ex(("127.0.0.1", 9)), errno.EBADF)

    def test_wrong_arguments_are_told_first(self):
        s = self.tcp()
        s.close()
        self.assert_raises(TypeError, s.send, "text")
        self.assert_raises(TypeError, s.bind, None)
        self.assert_raises(OverflowError, s.connect, ("127.0.0.1", -1))
        self.assert_raises(ValueError, s.settimeout, -1)
        self.assert_raises(ValueError, s.recv_into, BUFFER, 9)

    def test_what_still_works(self):
        s = self.tcp()
        s.settimeout(3)
        before = hash(s), s.family, s.type, s.proto
        s.close()
        s.close()
        with s as same:
            self.assertIs(same, s)
        self.assertEqual((hash(s), s.family, s.type, s.proto), before)
        self.assertTrue(s)
        self.assertEqual(s, s)
        self.assertEqual(s.fileno(), -1)
        self.assertEqual(s.gettimeout(), 3.0)
        self.assertIs(s.getblocking(), True)
        self.assertIn("closed", repr(s))
        self.assertEqual(s.detach(), -1)

    def test_the_peer_reads_the_end(self):
        client, server = self.pair()
        client.close()
        self.assertEqual(server.recv_into(BUFFER), 0)

    def test_no_bytes_to_receive_into_a_closed_socket(self):
        s = self.tcp()
        s.close()
        self.assertEqual(s.recv_into(bytearray()), 0)


@on_both
class ObjectTests:
    def test_with_returns_the_socket_and_hides_no_exception(self):
        s = self.tcp()
        with self.assertRaises(LookupError):
            with s as same:
                self.assertIs(same, s)
                raise LookupError
        self.assertEqual(s.fileno(), -1)

    def test_hash_and_equality_are_identity(self):
        a, b = self.pair()
        known = {a: "a", b: "b"}
        self.assertNotEqual(a, b)
        self.assertNotEqual(hash(a), hash(b))
        a.close()
        self.assertEqual(known[a], "a")
        self.assertIn(a, {a})
        self.assertFalse(a == 1)
        self.assert_raises(TypeError, lambda: a < b)

    def test_a_socket_is_always_true(self):
        s = self.tcp()
        self.assertTrue(s)
        self.assertFalse(hasattr(s, "__len__"))
        self.assertFalse(hasattr(s, "__bool__"))

    def test_weak_references(self):
        s = self.pool.socket()
        gone = []
        reference = weakref.ref(s, gone.append)
        self.assertIs(reference(), s)
        s.close()
        self.assertIs(reference(), s)
        del s
        gc.collect()
        self.assertIsNone(reference())
        self.assertEqual(gone, [reference])

    def test_no_pickling_and_no_copies(self):
        s = self.tcp()
        self.assert_raises(TypeError, object.__reduce_ex__, s, 2)
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            self.assert_raises(TypeError, pickle.dumps, s, protocol)
        self.assert_raises(TypeError, copy.copy, s)
        self.assert_raises(TypeError, copy.deepcopy, s)

    def test_defaults_and_keywords_of_socket(self):
        for arguments, keywords, expected in (((), {}, (2, 1)), ((2, 2), {}, (2, 2)), ((), {"type": 2}, (2, 2)),
                                              ((), {"family": 10, "type": 2, "proto": 17}, (10, 2)), ((2,), {"proto": 6, "type": 1}, (2, 1))):
            s = self.keep(self.pool.socket(*arguments, **keywords))
            self.assertEqual((s.family, s.type), expected)
        self.assert_raises(TypeError, lambda: self.pool.socket(2, family=2))
        self.assert_raises(TypeError, lambda: self.pool.socket(port=2))
        self.assert_raises(TypeError, lambda: self.pool.socket(2, 1, 0, None, 5))

    def test_proto(self):
        for arguments, cpython, ours in (((2, 1), 0, 6), ((2, 2), 0, 17)):
            s = self.keep(self.pool.socket(*arguments))
            self.assertEqual(s.proto, self.differs("protocol-in-use", cpython, ours))
        self.assertEqual(self.keep(self.pool.socket(2, 1, 6)).proto, 6)
        self.assertEqual(self.keep(self.pool.socket(2, 2, 17)).proto, 17)

    def test_how_many_arguments(self):
        s = self.tcp()
        for name, least, most in (("accept", 0, 0), ("bind", 1, 1), ("close", 0, 0), ("connect", 1, 1), ("listen", 0, 1), ("send", 1, None),
                                  ("recv_into", 1, None), ("sendto", 2, None), ("settimeout", 1, 1), ("setblocking", 1, 1),
                                  ("shutdown", 1, 1), ("fileno", 0, 0), ("getsockname", 0, 0), ("gettimeout", 0, 0), ("detach", 0, 0)):
            with self.subTest(name=name):
                if least:
                    self.assert_raises(TypeError, getattr(s, name), *[b""] * (least - 1))
                if most is not None:
                    self.assert_raises(TypeError, getattr(s, name), *[0] * (most + 1))
                self.assert_raises(TypeError, lambda: getattr(s, name)(nonsense=1))

    def test_keywords_of_calls(self):
        s = self.udp(("127.0.0.1", 0))
        address = s.getsockname()
        s.sendto(b"abc", address)
        self.assertEqual(outcome(lambda: s.sendto(bytes=b"x", address=address)), self.differs("keywords", TypeError, 1))
        if self.is_ours:
            self.assertEqual(s.recvfrom_into(buffer=bytearray(4), bufsize=2)[0], 2)
            self.assertEqual(s.recv_into(buffer=bytearray(4), bufsize=0), 1)
            s.connect(address=address)
            self.assertEqual(s.send(bytes=b"x"), 1)
            self.assertIsNone(s.sendall(bytes=b"x"))
            s.settimeout(value=1)
            s.setblocking(flag=True)
            s.setsockopt(level=1, optname=2, value=1)
            self.assertIsNone(self.keep(self.pool.socket()).listen(backlog=1))
            self.assertIsNone(self.udp().bind(address=("127.0.0.1", 0)))
            self.assert_raises(TypeError, lambda: s.send(b"x", bytes=b"x"))

    def test_calls_take_no_flags(self):
        s = self.udp(("127.0.0.1", 0))
        s.connect(s.getsockname())
        s.send(b"abc")
        self.assertEqual(outcome(s.recv_into, bytearray(8), 0, socket.MSG_PEEK), self.differs("flags", 3, TypeError))
        if self.is_ours:
            self.assert_raises(TypeError, s.send, b"x", 0)
            self.assert_raises(TypeError, s.sendall, b"x", 0)
            self.assert_raises(TypeError, s.sendto, b"x", 0, s.getsockname())

    def test_the_constructor(self):
        kind = type(self.tcp())

        def make():
            self.keep(kind())

        self.assertEqual(outcome(make), self.differs("no-constructor", None, TypeError))

    def test_receives_that_allocate(self):
        s = self.tcp()
        for name in ("recv", "recvfrom", "makefile"):
            self.assertEqual(hasattr(s, name), self.differs("no-allocating-receive", True, False))


class AttributeTests(support.TestCase):
    """What libraries find, and what they must not find."""

    SOCKET = {"accept", "bind", "close", "connect", "listen", "recv_into", "recvfrom_into", "send", "sendall", "sendto", "setblocking",
              "setsockopt", "settimeout", "type", "__enter__", "__exit__", "family", "proto", "fileno", "detach", "gettimeout",
              "getblocking", "getsockopt", "getsockname", "getpeername", "shutdown", "connect_ex"}

    def own(self, kind):
        return set(dir(kind)) - set(dir(object)) - {"__module__", "__weakref__", "__slotnames__"}  # the last is copyreg's

    def test_of_a_socket(self):
        self.assertEqual(self.own(socketpool.Socket), self.SOCKET)
        for name in ("recv", "recvfrom", "read", "readline", "makefile", "readinto", "write", "__len__", "__bool__", "__iter__", "_sock"):
            self.assertFalse(hasattr(socketpool.Socket, name), name)

    def test_of_a_pool(self):
        names = self.own(socketpool.SocketPool)
        self.assertEqual({n for n in names if not n.isupper()}, {"socket", "getaddrinfo", "gaierror"})

    def test_attributes_cannot_be_set(self):
        with POOL.socket() as s:
            for name in ("type", "nonsense", "close"):
                self.assertRaises(AttributeError, setattr, s, name, 1)
        self.assertRaises(TypeError, type, "Sub", (socketpool.Socket,), {})

    def test_no_object_without_its_inside(self):
        for kind in (socketpool.Socket, socketpool.SocketPool, type(RADIO)):
            self.assertRaises(TypeError, object.__new__, kind)
        self.assertRaises(TypeError, copy.copy, POOL)
        self.assertRaises(TypeError, copy.copy, RADIO)

    def test_one_pool_for_a_radio(self):
        self.assertIs(socketpool.SocketPool(RADIO), POOL)
        self.assertIs(socketpool.SocketPool(radio=RADIO), POOL)
        other = socketpool._HostNetwork()
        self.assertIsNot(socketpool.SocketPool(other), POOL)
        self.assertEqual({POOL: 1}[socketpool.SocketPool(RADIO)], 1)

    def test_what_is_no_radio(self):
        for wrong in (None, 5, "radio", object(), socket, POOL, socketpool.Socket, type(RADIO)):
            with self.assertRaisesRegex(ValueError, "radio"):
                socketpool.SocketPool(wrong)
        for call in (lambda: socketpool.SocketPool(), lambda: socketpool.SocketPool(RADIO, RADIO), lambda: socketpool.SocketPool(net=RADIO),
                     lambda: socketpool.SocketPool(RADIO, radio=RADIO)):
            self.assertRaises(TypeError, call)

    def test_repr_tells_number_family_type_state_and_peer(self):
        a = POOL.socket(proto=6)
        with a:
            self.assertRegex(repr(a), r"^<socketpool\.Socket #\d+, family=2, type=1, proto=6, fd=\d+, created")
            a.bind(("127.0.0.1", 0))
            a.listen()
            self.assertIn("listening, laddr=127.0.0.1:%d" % a.getsockname()[1], repr(a))
            with POOL.socket() as b:
                b.connect(a.getsockname())
                self.assertIn("connected", repr(b))
                self.assertIn("raddr=127.0.0.1:%d" % a.getsockname()[1], repr(b))
        self.assertRegex(repr(a), r"^<socketpool\.Socket #\d+, family=2, type=1, proto=6, closed>$")
        self.assertRegex(repr(POOL), r"^<socketpool\.SocketPool of .*: \d+ of 1024 sockets>$")

    def test_every_call_has_a_docstring_and_a_signature(self):
        for kind in (socketpool.Socket, socketpool.SocketPool):
            self.assertTrue(kind.__doc__)
            for name in self.own(kind):
                attribute = getattr(kind, name)
                if callable(attribute) and not isinstance(attribute, type):
                    with self.subTest(name=name):
                        self.assertTrue(attribute.__doc__)
                        inspect.signature(attribute)
        inspect.signature(socketpool.getaddrinfo)

    def test_names_say_where_things_are_from(self):
        self.assertEqual(socketpool.Socket.__module__, "socketpool")
        self.assertEqual(socketpool.SocketPool.__qualname__, "SocketPool")


if __name__ == "__main__":
    unittest.main()
