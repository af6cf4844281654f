"""Threads of a case: started calls, whether they sleep in the kernel, signals to them."""

import ctypes
import os
import platform
import signal
import threading
import time

LIBC = ctypes.CDLL(None, use_errno=True)
SIGNAL = signal.SIGUSR2  # its handler does nothing
RAISING_SIGNAL = signal.SIGUSR1  # for the main thread only: its handler raises
FUTEX = {"x86_64": "202", "aarch64": "98"}.get(platform.machine(), "")
CLONE_NEWNET = 0x40000000


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
    """The system call a thread sleeps in, with its arguments; None while it runs or waits for a lock."""
    if not tid:
        return None
    try:
        with open(f"/proc/self/task/{tid}/syscall", encoding="ascii") as f:
            text = f.read()
    except OSError:
        return None
    return None if text.startswith("running") or text.split()[0] in (FUTEX, "-1") else text


def enter_empty_network():
    """Gives the calling thread, and the threads it starts, a network without addresses and routes."""
    if LIBC.unshare(CLONE_NEWNET) != 0:
        raise PermissionError(ctypes.get_errno(), "unshare")


def can_enter_empty_network():
    ok = []

    def attempt():
        try:
            enter_empty_network()
            ok.append(True)
        except PermissionError:
            pass

    t = threading.Thread(target=attempt)
    t.start()
    t.join()
    return bool(ok) and os.geteuid() == 0
