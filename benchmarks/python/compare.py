"""Measures socketpool beside CPython's socket: in one process, in turns, slice by slice.

    pip install ./python
    python3 benchmarks/python/compare.py [--rounds N]

Each benchmark runs on ours and on CPython's one after the other, in changing order, many times. What counts is the median of
the rounds' ratios; the other side of every connection is a socket of CPython's for both.
"""

import argparse
import asyncio
import gc
import os
import platform
import socket
import statistics
import struct
import subprocess
import sys
import time

import socketpool
import wifi

POOL = socketpool.SocketPool(wifi.radio)
BLOCK = 64


def connected(factory, timeout):
    """A socket of the contender, and CPython's at the other end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        one = factory()
        one.connect(listener.getsockname())
        other, _ = listener.accept()
    for s in (one, other):
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    one.settimeout(timeout)
    return one, other


class RoundTrip:
    """64 bytes there and 64 bytes back, in one thread."""

    count = 4000

    def __init__(self, factory, timeout):
        self.one, self.other = connected(factory, timeout)

    def run(self):
        one, other = self.one, self.other
        message, here, there = bytes(BLOCK), bytearray(BLOCK), bytearray(BLOCK)
        start = time.perf_counter_ns()
        for _ in range(self.count):
            one.send(message)
            other.recv_into(there)
            other.send(message)
            one.recv_into(here)
        return time.perf_counter_ns() - start

    def close(self):
        self.one.close()
        self.other.close()


class SmallReceives(RoundTrip):
    """recv_into of 32 bytes from a full buffer; filling it is not counted."""

    count = 40 * 2048

    def run(self):
        one, other = self.one, self.other
        data, buffer, spent = bytes(65536), bytearray(32), 0
        for _ in range(self.count // 2048):
            other.sendall(data)
            start = time.perf_counter_ns()
            for _ in range(2048):
                one.recv_into(buffer)
            spent += time.perf_counter_ns() - start
        return spent


class AsyncioRoundTrip(RoundTrip):
    """64 bytes there and 64 bytes back with sock_sendall and sock_recv_into of an event loop, in one task."""

    count = 2000

    def __init__(self, factory, timeout):
        super().__init__(factory, timeout)
        self.one.setblocking(False)
        self.other.setblocking(False)
        self.loop = asyncio.new_event_loop()

    def run(self):
        return self.loop.run_until_complete(self.exchange())

    async def exchange(self):
        one, other, loop = self.one, self.other, self.loop
        message, here, there = bytes(BLOCK), bytearray(BLOCK), bytearray(BLOCK)
        start = time.perf_counter_ns()
        for _ in range(self.count):
            await loop.sock_sendall(one, message)
            await loop.sock_recv_into(other, there)
            await loop.sock_sendall(other, message)
            await loop.sock_recv_into(one, here)
        return time.perf_counter_ns() - start

    def close(self):
        super().close()
        self.loop.close()


class AsyncioWaits(AsyncioRoundTrip):
    """The same, but each receive waits in the event loop before the message is sent."""

    count = 1000

    async def exchange(self):
        one, other, loop = self.one, self.other, self.loop
        message, buffer = bytes(BLOCK), bytearray(BLOCK)
        start = time.perf_counter_ns()
        for _ in range(self.count):
            receiving = loop.create_task(loop.sock_recv_into(one, buffer))
            await asyncio.sleep(0)
            await loop.sock_sendall(other, message)
            await receiving
        return time.perf_counter_ns() - start


class AsyncioAccept(AsyncioRoundTrip):
    """Accept with sock_accept, and close; the client is CPython's and closes by reset."""

    count = 300

    def __init__(self, factory, timeout):
        self.one, self.other = factory(), None
        self.one.bind(("127.0.0.1", 0))
        self.one.listen(8)
        self.one.setblocking(False)
        self.loop = asyncio.new_event_loop()
        with socket.socket(fileno=os.dup(self.one.fileno())) as known:
            self.address = known.getsockname()

    async def exchange(self):
        one, loop, address = self.one, self.loop, self.address
        spent = 0
        for _ in range(self.count):
            client = socket.create_connection(address)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            start = time.perf_counter_ns()
            accepted, _ = await loop.sock_accept(one)
            accepted.close()
            spent += time.perf_counter_ns() - start
            client.close()
        return spent

    def close(self):
        self.one.close()
        self.loop.close()


class CreateClose:
    """Make a TCP socket and close it."""

    count = 4000

    def __init__(self, factory, timeout):
        self.factory = factory

    def run(self):
        factory = self.factory
        start = time.perf_counter_ns()
        for _ in range(self.count):
            factory().close()
        return time.perf_counter_ns() - start

    def close(self):
        pass


class ConnectClose(CreateClose):
    """Make a TCP socket, connect it on loopback, close it; the other end accepts and closes, uncounted in neither."""

    count = 500

    def __init__(self, factory, timeout):
        self.factory = factory
        self.listener = socket.create_server(("127.0.0.1", 0))

    def run(self):
        address, factory, accept = self.listener.getsockname(), self.factory, self.listener.accept
        start = time.perf_counter_ns()
        for _ in range(self.count):
            s = factory()
            s.connect(address)
            accept()[0].close()
            s.close()
        return time.perf_counter_ns() - start

    def close(self):
        self.listener.close()


CASES = [
    ("64-byte round trip, time-out 5 s", RoundTrip, 5, 0.90),
    ("64-byte round trip, blocking", RoundTrip, None, 1.00),
    ("recv_into of 32 bytes, time-out 5 s", SmallReceives, 5, 0.90),
    ("recv_into of 32 bytes, blocking", SmallReceives, None, 1.00),
    ("create + close", CreateClose, None, 1.10),
    ("connect + close", ConnectClose, None, 1.10),
    ("asyncio: 64-byte round trip", AsyncioRoundTrip, None, 1.00),
    ("asyncio: receives that wait", AsyncioWaits, None, 1.00),
    ("asyncio: accept + close", AsyncioAccept, None, 1.00),
]


def compare(case, timeout, rounds):
    ours, theirs = case(POOL.socket, timeout), case(socket.socket, timeout)
    for contender in (ours, theirs):
        contender.run()
    pairs = []
    for i in range(rounds):
        order = (ours, theirs) if i % 2 == 0 else (theirs, ours)
        times = {contender: contender.run() for contender in order}
        pairs.append((times[ours] / case.count, times[theirs] / case.count))
    ours.close()
    theirs.close()
    ratios = statistics.quantiles([a / b for a, b in pairs], n=4)
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs), ratios


def import_times(statement, runs=15):
    """Milliseconds that an import takes in a fresh interpreter."""
    program = f"import time; t = time.perf_counter_ns(); {statement}; print(time.perf_counter_ns() - t)"
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path[1:]))
    return statistics.median(
        int(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, env=environment).stdout) / 1e6
        for _ in range(runs)
    )


def allocated_per_call(timeout, calls=20_000):
    """Bytes of .NET's heap that one send and one recv_into take."""
    one, other = connected(POOL.socket, timeout)
    message, buffer = bytes(BLOCK), bytearray(BLOCK)
    before = socketpool._allocated_bytes()
    for _ in range(calls):
        other.send(message)
        one.recv_into(buffer)
        one.send(message)
        other.recv_into(buffer)
    after = socketpool._allocated_bytes()
    one.close()
    other.close()
    return (after - before) / (2 * calls)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=31)
    rounds = parser.parse_args().rounds
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.system()} {platform.release()}, {rounds} rounds")
    print(f"{'':38}{'ours ns':>9}{'CPython ns':>12}{'ratio':>8}{'quartiles':>16}{'goal':>7}")
    gc.disable()
    for name, case, timeout, goal in CASES:
        ours, theirs, (low, ratio, high) = compare(case, timeout, rounds)
        verdict = "" if ratio <= goal else "  missed"
        print(f"{name:38}{ours:9.0f}{theirs:12.0f}{ratio:8.3f}   {low:5.3f} - {high:5.3f}{goal:7.2f}{verdict}")
    print(f"import socketpool, wifi {import_times('import socketpool, wifi'):.2f} ms (goal 5), import socket {import_times('import socket'):.2f} ms")
    print(f"managed bytes a call: {allocated_per_call(5):.3f} with a time-out, {allocated_per_call(None):.3f} blocking (goal 0)")


if __name__ == "__main__":
    main()
