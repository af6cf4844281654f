"""Threads: calls let others run, close from another thread, many at once."""

import errno
import functools
import queue
import random
import socket
import struct
import threading
import warnings

from .both import on_both, outcome, recv_exactly, send_for_ever
from .waiting import Call, open_descriptors

CLOSED = (OSError, errno.EBADF)

# close(2) on x86-64 and on aarch64.
CLOSE = {3, 57}


@on_both
class ThreadTests:
    def waiting_calls(self, seconds):
        """Sockets, and a call on each that waits until something ends it."""
        def listener():
            return self.listener(timeout=seconds)

        def client():
            return self.pair(seconds)[0]

        def datagrams():
            return self.udp(("127.0.0.1", 0), seconds)

        def full():
            s, _ = self.pair(0, small=True)
            while isinstance(outcome(s.send, bytes(65536)), int):
                pass
            s.settimeout(seconds)
            return s

        for make, name, arguments in ((listener, "accept", ()), (client, "recv_into", (bytearray(8),)), (client, "recvfrom_into", (bytearray(8),)),
                                      (datagrams, "recv_into", (bytearray(8),)), (datagrams, "recvfrom_into", (bytearray(8),)),
                                      (full, "send", ()), (full, "sendall", (bytes(1000000),))):
            s = make()
            yield s, functools.partial(send_for_ever, s) if name == "send" else functools.partial(getattr(s, name), *arguments)

    def test_others_run_while_each_call_waits(self):
        for seconds in (None, 30):
            calls = [Call(call).until_blocked() for _, call in self.waiting_calls(seconds)]
            # This thread runs: it saw all of them asleep. So may another one.
            self.assertEqual(Call(lambda: sum(range(1000))).result(), 499500)
            self.assertTrue(all(c.is_alive() for c in calls))
            self.let_go(calls)

    def let_go(self, calls):
        """CPython's calls do not hear of a close: what they wait for ends instead."""
        self.doCleanups()
        if self.is_ours:
            for c in calls:
                outcome(c.result)

    def test_close_wakes_each_call(self):
        for seconds in (None, 30):
            for s, call in self.waiting_calls(seconds):
                with self.subTest(call=call, seconds=seconds):
                    waiting = Call(call).until_blocked()
                    s.close()
                    waiting.join(20 if self.is_ours else 0.05)
                    answer = "still waits" if waiting.is_alive() else outcome(waiting.result)
                    self.assertEqual(answer, self.differs("close-wakes", "still waits", CLOSED))

    def test_others_run_while_a_close_waits_for_the_peer(self):
        endings = {
            "close": lambda sockets: sockets.pop().close(),
            "with": lambda sockets: sockets.pop().__exit__(None, None, None),
            "dropped": lambda sockets: sockets.clear(),
        }
        for ending, end in endings.items():
            with self.subTest(ending=ending):
                sockets = [self.lingering(20)]
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", ResourceWarning)
                    waiting = Call(end, sockets).until_blocked(CLOSE)
                    # This thread runs meanwhile: the other one sleeps in close(2).
                    self.assertEqual(Call(lambda: sum(range(1000))).result(), 499500)
                    self.assertTrue(waiting.is_alive())
                self.peer_of_lingering.close()
                outcome(waiting.result)

    def lingering(self, seconds):
        """A socket that nobody else refers to, with data that its peer does not take."""
        listener = self.listener()
        sock = self.pool.socket()
        sock.connect(listener.getsockname())
        self.peer_of_lingering, _ = listener.accept()
        self.addCleanup(self.peer_of_lingering.close)
        sock.settimeout(0)
        while isinstance(outcome(sock.send, bytes(65536)), int):
            pass
        sock.settimeout(None)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, seconds))
        return sock

    def test_one_sends_while_another_receives(self):
        client, server = self.pair(None)
        receiving = Call(recv_exactly, client, 100_000).until_blocked()
        echo = Call(lambda: server.sendall(recv_exactly(server, 100_000)))
        client.sendall(b"x" * 100_000)
        echo.result()
        self.assertEqual(receiving.result(), b"x" * 100_000)

    def test_64_threads(self):
        seed = random.randrange(2**32)
        listener = self.listener(backlog=64, timeout=90)
        rounds = 20

        def serve():
            s = listener.accept()[0]
            with s:
                s.settimeout(30)
                for _ in range(rounds):
                    s.sendall(recv_exactly(s, 300))

        def ask(number):
            data = random.Random(seed + number).randbytes(300)
            with self.pool.socket() as s:
                s.settimeout(30)
                s.connect(listener.getsockname())
                for _ in range(rounds):
                    s.sendall(data)
                    if recv_exactly(s, 300) != data:
                        return number
            return None

        calls = [Call(serve) for _ in range(32)] + [Call(ask, n) for n in range(32)]
        self.assertEqual([c.result(50) for c in calls], [None] * 64, f"seed {seed}")

    def test_sockets_made_and_closed_by_many_threads(self):
        before = open_descriptors()

        def work(number):
            rng = random.Random(number)
            for _ in range(50):
                a = self.pool.socket(socket.AF_INET, rng.choice((1, 2)))
                if rng.random() < 0.5:
                    a.bind(("127.0.0.1", 0))
                a.close()

        calls = [Call(work, n) for n in range(16)]
        for c in calls:
            c.result(50)
        self.assertEqual(open_descriptors(), before)

    def test_closers_and_users_of_the_same_socket(self):
        seed = random.randrange(2**32)
        allowed = {CLOSED, (ConnectionResetError, errno.ECONNRESET), (BrokenPipeError, errno.EPIPE), (OSError, errno.ENOTCONN)}
        for n in range(30):
            client, server = self.pair(timeout=0)
            start = threading.Barrier(4)

            def use(name, argument, s=client, start=start):
                start.wait()
                while isinstance(answer := outcome(getattr(s, name), argument), int) or answer == (BlockingIOError, errno.EAGAIN):
                    pass
                return answer

            calls = [Call(use, "send", b"x" * 100), Call(use, "recv_into", bytearray(10))]
            closer = Call(lambda s=client, start=start: (start.wait(), s.close()))
            start.wait()
            closer.result()
            self.assertLessEqual({c.result() for c in calls}, allowed, f"seed {seed}")

    def test_a_descriptor_used_again_is_not_touched(self):
        # A receive that waits on a closed socket must not take what comes to the next one with the same number.
        if not self.is_ours:
            return
        for _ in range(20):
            old, _ = self.pair(None)
            number = old.fileno()
            call = Call(old.recv_into, bytearray(8)).until_blocked()
            old.close()
            fresh = self.udp(("127.0.0.1", 0))
            fresh.sendto(b"new", fresh.getsockname())
            self.assertEqual(outcome(call.result), CLOSED)
            self.assertEqual(fresh.recv_into(bytearray(8)), 3)
            del number

    def test_results_through_a_queue(self):
        listener = self.listener(timeout=90)
        done = queue.Queue()
        server = Call(lambda: [done.put(self.keep(listener.accept()[0])) for _ in range(8)])
        for _ in range(8):
            self.tcp().connect(listener.getsockname())
        self.assertEqual(len({done.get(timeout=90) for _ in range(8)}), 8)
        server.result()
