"""Signals: Control-C ends every call, handlers run in the middle of one, and the call goes on."""

import errno
import hashlib
import os
import random
import signal
import threading
import time

from .both import on_both, outcome, read_to_end, recv_exactly, send_for_ever
from .waiting import CALLS, FUTEX, Call, is_blocked, until

MAIN = threading.main_thread


class Stop(Exception):
    """What a handler raises."""


class OnSignal:
    """A handler for SIGUSR1 while the block runs."""

    def __init__(self, handler):
        self.handler = handler

    def __enter__(self):
        self.before = signal.signal(signal.SIGUSR1, self.handler)

    def __exit__(self, *_):
        signal.signal(signal.SIGUSR1, self.before)


def when_blocked(action, calls=CALLS):
    """Runs an action in another thread as soon as the main thread sleeps in a call."""
    main = MAIN().native_id

    def wait():
        until(lambda: is_blocked(main, calls))
        action()

    return Call(wait)


def interrupt(number=signal.SIGUSR1):
    signal.pthread_kill(MAIN().ident, number)


@on_both
class SignalTests:
    def blocking_calls(self):
        """A name and a call that waits, each on sockets of its own, with a time-out and without."""
        for seconds in (None, 60):
            client, server = self.pair(seconds)
            full, _ = self.pair(20, small=True)
            full.settimeout(0)
            while isinstance(outcome(full.send, bytes(65536)), int):
                pass
            full.settimeout(seconds)
            datagrams = self.udp(("127.0.0.1", 0), seconds)
            listener = self.listener(timeout=seconds)
            buffer = bytearray(8)
            yield from (("accept", listener.accept), ("recv_into", lambda: client.recv_into(buffer)),
                        ("recvfrom_into", lambda: client.recvfrom_into(buffer)), ("datagram", lambda: datagrams.recv_into(buffer)),
                        ("datagram from", lambda: datagrams.recvfrom_into(buffer)), ("send", lambda: send_for_ever(full)),
                        ("sendall", lambda: full.sendall(bytes(1000000))))

    def raising(self, number, frame):
        raise Stop

    def test_control_c_ends_every_call(self):
        for name, call in self.blocking_calls():
            with self.subTest(name=name):
                other = when_blocked(lambda: os.kill(os.getpid(), signal.SIGINT))
                self.assertRaises(KeyboardInterrupt, call)
                other.result()

    def test_a_handler_that_raises_ends_the_call_with_its_exception(self):
        with OnSignal(self.raising):
            for name, call in self.blocking_calls():
                with self.subTest(name=name):
                    other = when_blocked(interrupt)
                    self.assertRaises(Stop, call)
                    other.result()

    def test_connect_under_way(self):
        listener = self.listener(backlog=0)
        for s in [self.tcp() for _ in range(4)]:
            s.setblocking(False)
            outcome(s.connect, listener.getsockname())
        with OnSignal(self.raising):
            for seconds in (None, 60):
                client = self.tcp()
                client.settimeout(seconds)
                other = when_blocked(interrupt)
                self.assertRaises(Stop, client.connect, listener.getsockname())
                other.result()
                client.close()

    def test_nothing_is_lost_when_a_call_ends_so(self):
        client, server = self.pair(None)
        buffer = bytearray(4)
        with OnSignal(self.raising):
            for _ in range(20):
                other = when_blocked(interrupt)
                self.assertRaises(Stop, client.recv_into, buffer)
                other.result()
                server.sendall(b"kept")
                self.assertEqual(recv_exactly(client, 4), b"kept")

    def test_a_handler_that_returns_lets_the_call_go_on(self):
        for seconds in (None, 60):
            client, server = self.pair(seconds)
            count = 0

            def handler(number, frame):
                nonlocal count
                count += 1
                if count == 10:
                    server.sendall(b"now")

            def again():
                for n in range(1, 11):
                    until(lambda: is_blocked(MAIN().native_id))
                    interrupt()
                    until(lambda: count >= n)

            with OnSignal(handler):
                other = Call(again)
                self.assertEqual(client.recv_into(bytearray(8)), 3)
                other.result()
            self.assertEqual(count, 10)

    def test_the_first_deadline_is_kept(self):
        client, _ = self.pair(0.4)
        stop = threading.Event()

        def pester():
            while not stop.wait(0.03):
                interrupt()

        with OnSignal(lambda number, frame: None):
            other = Call(pester)
            start = time.monotonic()
            try:
                self.assertEqual(outcome(client.recv_into, bytearray(8)), self.timed_out())
                took = time.monotonic() - start
            finally:
                stop.set()
                other.result()
        self.assertGreaterEqual(took, 0.4)
        self.assertLess(took, 10)

    def test_a_handler_that_closes_the_socket(self):
        for seconds in (None, 30):
            for make in (lambda: self.pair(seconds)[0], lambda: self.udp(("127.0.0.1", 0), seconds)):
                s = make()
                with OnSignal(lambda number, frame: s.close()):
                    other = when_blocked(interrupt)
                    self.assertEqual(outcome(s.recv_into, bytearray(8)), (OSError, errno.EBADF))
                    other.result()
                self.assertEqual(s.fileno(), -1)

    def test_a_handler_that_uses_the_socket(self):
        client, server = self.pair(None)

        def handler(number, frame):
            server.sendall(b"from the handler")
            recv_exactly(client, 4)

        with OnSignal(handler):
            other = when_blocked(interrupt)
            self.assertEqual(recv_exactly(client, 12), b" the handler")
            other.result()

    def test_signals_every_millisecond_during_a_transfer(self):
        seed = random.randrange(2**32)
        data = random.Random(seed).randbytes(8_000_000)
        count = 0

        def handler(number, frame):
            nonlocal count
            count += 1

        with OnSignal(handler):
            for seconds in (None, 30):
                client, server = self.pair(seconds, small=True)
                reader = Call(lambda: hashlib.sha256(read_to_end(server)).hexdigest())
                signal.signal(signal.SIGALRM, handler)
                signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
                try:
                    client.sendall(data)
                    client.close()
                    client, server2 = self.pair(seconds, small=True)
                    writer = Call(lambda: (server2.sendall(data), server2.close()))
                    got = hashlib.sha256(read_to_end(client)).hexdigest()
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
                    signal.signal(signal.SIGALRM, signal.SIG_DFL)
                wanted = hashlib.sha256(data).hexdigest()
                self.assertEqual(reader.result(), wanted, f"seed {seed}")
                self.assertEqual(got, wanted, f"seed {seed}")
                writer.result()
        self.assertGreater(count, 10)

    def test_a_signal_while_another_thread_waits(self):
        client, server = self.pair(None)
        call = Call(client.recv_into, bytearray(8)).until_blocked()
        with OnSignal(self.raising):
            with self.assertRaises(Stop):
                interrupt()
                until(lambda: False, 5)
        server.sendall(b"data")
        self.assertEqual(call.result(), 4)
