"""Threads of a case: started calls, whether they sleep in the kernel, signals to them."""

import ctypes
import fcntl
import platform
import signal
import socket
import struct
import threading
import time

LIBC = ctypes.CDLL(None, use_errno=True)
SIGNAL = signal.SIGUSR2  # its handler does nothing
RAISING_SIGNAL = signal.SIGUSR1  # for the main thread only: its handler raises
# The system calls of sockets and of waits for them, by number; BlockedCall.cs has the same.
CALLS = {
    "x86_64": {"7", "23", "42", "43", "44", "45", "46", "47", "232", "270", "271", "281", "288"},
    "aarch64": {"22", "72", "73", "202", "203", "206", "207", "211", "212", "242"},
}.get(platform.machine(), set())
CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS = 0x8914
IFF_UP = 1


class Call(threading.Thread):
    """One step that runs in a thread of its own."""

    def __init__(self, action):
        super().__init__(daemon=True)
        self._action = action
        self.tid = 0
        self.answer = None
        self.started_at = time.monotonic()
        self.took = 0.0
        self.done = threading.Event()

    def run(self):
        self.tid = threading.get_native_id()
        self.answer = self._action()
        self.took = time.monotonic() - self.started_at
        self.done.set()

    def wait_until_blocked(self, seconds=5.0):
        """True when the thread sleeps in a system call, False when it has ended."""
        return until_blocked(lambda: self.tid, self.done, seconds)


def until_blocked(get_tid, done, seconds):
    end = time.monotonic() + seconds
    before = None
    while not done.is_set() and time.monotonic() < end:
        now = sleeping_in(get_tid())
        if now and now == before:
            return True
        before = now
        done.wait(0.0005)
    return False


def sleeping_in(tid):
    """The call of the network that a thread sleeps in, with its arguments; None while it runs or sleeps elsewhere."""
    if not tid:
        return None
    try:
        with open(f"/proc/self/task/{tid}/syscall", encoding="ascii") as f:
            text = f.read()
    except OSError:
        return None
    return text if text.split()[0] in CALLS else None


def enter_network(kind):
    """Gives the calling thread, and the threads it starts, a network of its own: "empty", or "loopback" alone."""
    if kind == "host":
        return
    if LIBC.unshare(CLONE_NEWNET) != 0:
        raise PermissionError(ctypes.get_errno(), "unshare")
    if kind == "loopback":
        request = struct.pack("16sh22x", b"lo", IFF_UP)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            fcntl.ioctl(s, SIOCSIFFLAGS, request)


def can_enter_networks():
    ok = []

    def attempt():
        try:
            enter_network("loopback")
            ok.append(True)
        except OSError:
            pass

    t = threading.Thread(target=attempt)
    t.start()
    t.join()
    return bool(ok)
