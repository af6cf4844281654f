"""Threads that wait in a call: started, seen asleep in the kernel, joined. Nothing here sleeps in order to wait."""

import os
import platform
import threading
import time

# Calls that wait for the network, by number, and futex, in which a look-up of a name waits.
CALLS = {
    "x86_64": {7, 23, 42, 43, 44, 45, 46, 47, 232, 270, 271, 281, 288},
    "aarch64": {22, 72, 73, 202, 203, 206, 207, 211, 212, 242},
}.get(platform.machine(), set())
FUTEX = {"x86_64": 202, "aarch64": 98}.get(platform.machine(), -1)


class Call(threading.Thread):
    """A call in a thread of its own. `result()` joins it, and returns or raises what it did."""

    def __init__(self, function, *arguments):
        super().__init__(daemon=True)
        self._function, self._arguments = function, arguments
        self._answer, self._error = None, None
        self.tid = 0
        self._started = threading.Event()
        self.start()
        self._started.wait()

    def run(self):
        self.tid = threading.get_native_id()
        self._started.set()
        try:
            self._answer = self._function(*self._arguments)
        except BaseException as e:
            self._error = e
        finally:
            # A frame in the error would keep sockets alive.
            self._function = self._arguments = None

    def until_blocked(self, calls=CALLS):
        """Returns when the thread sleeps in a call of the network; an error if it ended instead."""
        until(lambda: not self.is_alive() or is_blocked(self.tid, calls))
        if not self.is_alive():
            raise AssertionError(f"the call did not wait: {self._answer!r} {self._error!r}")
        return self

    def result(self, seconds=20):
        self.join(seconds)
        if self.is_alive():
            raise AssertionError("the call still waits")
        if self._error is not None:
            try:
                raise self._error
            finally:
                self._error = None
        return self._answer


def is_blocked(tid, calls=CALLS):
    """Whether a thread sleeps in one of these system calls, seen twice in the same one."""
    first = _syscall(tid, calls)
    return first is not None and _yield() is None and _syscall(tid, calls) == first


def until(condition, seconds=20):
    """Asks until it is so, letting others run in between."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("it did not come to that in time")
        _yield()


def open_descriptors():
    return len(os.listdir("/proc/self/fd"))


def _yield():
    os.sched_yield()


def _syscall(tid, calls):
    """The system call that a thread sleeps in, with its arguments; None while it runs or does something else."""
    try:
        with open(f"/proc/self/task/{tid}/syscall", encoding="ascii") as f:
            text = f.read()
    except OSError:
        return None
    number = text.split(" ", 1)[0].strip()
    return text if number.lstrip("-").isdigit() and int(number) in calls else None
