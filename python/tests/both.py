"""
The same bodies on CPython's socket and on socketpool: what a body calls `self.pool` is the module `socket` in one class and a
SocketPool in the other. Where they differ, the body says `self.differs(key, ...)`, and DIFFERENCES says why.
"""

import os
import socket
import sys

import socketpool

from . import support

# Key of a difference: why. Each has a line, marked `python:key`, in docs/differences*.md (test_differences.py).
DIFFERENCES = {
    "timeout-errno": "libraries for boards look at the errno of a time-out",
    "protocol-in-use": "proto is the protocol in use; CPython repeats the 0 it was given",
    "minus-one": "-1 stands for 'not given' in CPython; here parameters are left out",
    "accept-timeout": "an accepted socket has its listener's time-out, as on the Pico W",
    "lists": "addresses may be lists, as on boards",
    "recvfrom-stream": "recvfrom_into tells the peer of a stream, as boards do",
    "close-wakes": "close() wakes the calls of other threads",
    "asks-first": "the kernel is asked first and waited for then",
    "connect-again": "the descriptor blocks while the time-out is positive",
    "scope-range": "a scope beyond 32 bits is told, as a flowinfo is; CPython drops its upper bits",
    "option-range": "an int beyond C's is an OverflowError, as everywhere else",
    "buflen": "every error of ours has a number",
    "getaddrinfo-plain-ints": "families and types are plain ints",
    "getaddrinfo-port": "a port beyond 0..65535 is an OverflowError, as in connect",
    "getaddrinfo-idna": "names that cannot be are gaierror everywhere",
    "getaddrinfo-null": "a null character in a host is a TypeError, as in connect",
    "out-of-sockets": "a pool has a budget",
    "no-allocating-receive": "libraries look for recv first and take another path",
    "no-constructor": "sockets come from a pool",
    "broadcast-inet6": "CPython raises an OSError without a number",
    "board-literals": "numbers of boards are understood",
    "kernel-timeout": "SO_RCVTIMEO belongs to settimeout",
    "keywords": "arguments are named as CircuitPython names them; CPython takes positions only",
    "broadcast-option": "boards broadcast without an option",
    "negative-size": "a size of recv_into that is not positive asks for as many as fit, as on boards",
    "no-timeout-class": "libraries look for pool.timeout and then take another path than on boards",
    "tls-in-pool": "a socket that ssl wraps keeps its place in the pool, and its descriptor",
    "flags": "send, recv_into and the others take no flags, as on boards",
}


class Both:
    """What a body may use. `self.pool` and `self.is_ours` say where it runs."""

    def tcp(self, **options):
        return self.keep(self.pool.socket(self.pool.AF_INET, self.pool.SOCK_STREAM, **options))

    def udp(self, address=None, timeout=90):
        s = self.keep(self.pool.socket(self.pool.AF_INET, self.pool.SOCK_DGRAM))
        s.settimeout(timeout)
        if address is not None:
            s.bind(address)
        return s

    def listener(self, backlog=16, timeout=90):
        s = self.tcp()
        s.settimeout(timeout)
        s.bind(("127.0.0.1", 0))
        s.listen(backlog)
        return s

    def pair(self, timeout=90, small=False):
        """A connected client and its server's side; `small` keeps little under way, so that a sender soon has to wait."""
        listener = self.listener()
        client = self.tcp()
        if small:
            listener.setsockopt(self.pool.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.setsockopt(self.pool.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        client.settimeout(20)
        client.connect(listener.getsockname())
        server = self.keep(listener.accept()[0])
        listener.close()
        client.settimeout(timeout)
        server.settimeout(timeout)
        return client, server

    def keep(self, s):
        self.addCleanup(s.close)
        return s

    def differs(self, key, cpython, ours):
        """What this door is expected to answer where the two differ."""
        self.assertIn(key, DIFFERENCES)
        self.assertNotEqual(cpython, ours, f"{key} is no difference")
        return ours if self.is_ours else cpython

    def timed_out(self):
        """The outcome of a call whose time is up."""
        return self.differs("timeout-errno", (TimeoutError, None), (TimeoutError, 110))

    def assert_raises(self, kind, call, *arguments, **keywords):
        """Exactly this class. OSErrors: with this errno, as an int."""
        self.assertEqual(outcome(call, *arguments, **keywords), kind)


class OnCPython(Both):
    is_ours = False
    pool = socket


class OnSocketpool(Both):
    is_ours = True
    pool = None

    def setUp(self):
        super().setUp()
        # The radio of this process, which keeps its pool; what a test leaves open is an error of the next one.
        type(self).pool = POOL


RADIO = socketpool._HostNetwork(max_sockets=1024)
POOL = socketpool.SocketPool(RADIO)


def on_both(body):
    """Makes two classes of tests of a body, one for each door, in the body's module."""
    module = sys.modules[body.__module__]
    for door in (OnCPython, OnSocketpool):
        name = body.__name__ + door.__name__
        setattr(module, name, type(name, (body, door, support.TestCase), {"__module__": body.__module__, "__doc__": body.__doc__}))
    return body


def outcome(call, *arguments, **keywords):
    """What a call answered: its result, the class of what it raised, or for OSErrors (class, errno)."""
    try:
        return call(*arguments, **keywords)
    except OSError as e:
        return type(e), e.errno
    except Exception as e:
        return type(e)


def recv_exactly(s, count):
    """Bytes of a stream, as libraries for boards read them."""
    data = bytearray(count)
    view = memoryview(data)
    got = 0
    while got < count:
        n = s.recv_into(view[got:])
        if n == 0:
            raise EOFError(f"{got} of {count} bytes")
        got += n
    return bytes(data)


def read_to_end(s):
    pieces = []
    buffer = bytearray(65536)
    while n := s.recv_into(buffer):
        pieces.append(bytes(buffer[:n]))
    return b"".join(pieces)


def send_for_ever(s):
    """Sends to a peer that does not read. One send may find room that the kernel has made late, so there are more."""
    while True:
        s.send(bytes(100_000))


def closed_port():
    """A port of this machine that nobody listens on: it was ours a moment ago."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


HAS_IPV6 = os.path.exists("/proc/net/if_inet6") and "00000000000000000000000000000001" in open("/proc/net/if_inet6").read()
